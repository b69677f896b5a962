using System.Reflection;
using System.Runtime.CompilerServices;

/// <summary>What an assembly shows to its users: its public types and their members, a line each, sorted.</summary>
static class PublicSurface
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
    };

    public static string Of(Assembly assembly) => string.Concat(
        assembly.GetExportedTypes().Where(type => !IsGenerated(type)).Select(type => (Name: NameOf(type), Type: type))
            .OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => $"{Kind(one.Type)} {one.Name}{Bases(one.Type)}\n{string.Concat(Members(one.Type))}"));

    static IEnumerable<string> Members(Type type) =>
        (type.IsSubclassOf(typeof(Delegate)) ? [Line(type.GetMethod("Invoke")!)]
            : type.IsEnum ? [string.Join(", ", type.GetEnumNames())]
            : type.GetMembers(Declared).Where(IsShown).Select(Line)).Order(StringComparer.Ordinal)
        .Select(line => $"    {line}\n");

    // What a record, an override or an explicit implementation adds by itself says nothing new.
    static bool IsShown(MemberInfo member) => !IsGenerated(member) && member switch
    {
        FieldInfo field => IsVisible(field.Attributes),
        ConstructorInfo constructor => !constructor.IsStatic && IsVisible(constructor.Attributes),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => IsVisible(accessor.Attributes)
            && accessor.GetBaseDefinition() == accessor) && property.Name != "EqualityContract",
        MethodInfo method => IsVisible(method.Attributes) && method.GetBaseDefinition() == method
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<'),
        EventInfo => true,
        _ => false,
    };

    static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    static bool IsVisible(MethodAttributes attributes) => (attributes & MethodAttributes.MemberAccessMask)
        is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    static bool IsVisible(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask)
        is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    static string Line(MemberInfo member) => member switch
    {
        FieldInfo field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} "
            + $"{field.Name}",
        ConstructorInfo constructor => $"{Access(constructor)}new({Parameters(constructor)})",
        PropertyInfo property => Line(property),
        MethodInfo method => $"{Access(method)}{NameOf(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        EventInfo one => $"event {NameOf(one.EventHandlerType!)} {one.Name}",
        _ => throw new ArgumentException($"{member} is of no known kind.", nameof(member)),
    };

    static string Line(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(accessor => IsVisible(accessor.Attributes))];
        string name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        return $"{Access(accessors[0])}{NameOf(property.PropertyType)} {name} {{ {string.Join(' ', accessors.Select(Word))} }}";

        static string Word(MethodInfo accessor) => !accessor.Name.StartsWith("set_", StringComparison.Ordinal) ? "get;"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";
    }

    static string Access(MethodBase method) => (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
            : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsInterface ? "virtual " : "");

    static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}{NameOf(parameter.ParameterType)} "
            + $"{parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}";

    static string Kind(Type type) => type.IsEnum ? "enum" : type.IsInterface ? "interface"
        : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : type.IsValueType ? "struct"
        : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
            + "class";

    static string Bases(Type type)
    {
        string[] bases = [.. new[] { type.BaseType }.Where(one => one is not null && one != typeof(object) && !type.IsValueType
            && !type.IsEnum && !type.IsSubclassOf(typeof(Delegate))).Select(one => NameOf(one!))];
        return bases.Length == 0 ? "" : $" : {bases[0]}";
    }

    static string NameOf(Type type)
    {
        if (s_keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsByRef || type.IsPointer) return NameOf(type.GetElementType()!) + (type.IsPointer ? "*" : "");
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } value) return NameOf(value) + "?";
        if (type.IsGenericParameter) return type.Name;
        string outer = type.IsNested ? NameOf(type.DeclaringType!) + "." : "";
        return outer + (type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name);
    }
}
