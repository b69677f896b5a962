using System.Globalization;
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
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
    };

    public static string Of(Assembly assembly) => string.Concat(
        assembly.GetExportedTypes().Where(type => !IsGenerated(type) && !type.FullName!.Contains('<'))
            .Select(type => (Name: NameOf(type), Type: type))
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
        FieldInfo field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
            + $"{Typed(field.FieldType, new NullabilityInfoContext().Create(field), field)} {field.Name}"
            + (field.IsLiteral ? $" = {Value(field.GetRawConstantValue(), field.FieldType)}" : ""),
        ConstructorInfo constructor => $"{Access(constructor)}new({Parameters(constructor)})",
        PropertyInfo property => Line(property),
        MethodInfo method => $"{Access(method)}{Typed(method.ReturnParameter)} {method.Name}{Generic(method)}"
            + $"({(method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")}{Parameters(method)})",
        EventInfo one => $"event {Typed(one.EventHandlerType!, new NullabilityInfoContext().Create(one), one)} {one.Name}",
        _ => throw new ArgumentException($"{member} is of no known kind.", nameof(member)),
    };

    static string Line(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(accessor => IsVisible(accessor.Attributes))];
        string name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        string type = Typed(property.PropertyType, new NullabilityInfoContext().Create(property), property);
        return $"{Access(accessors[0])}{type} {name} {{ {string.Join(' ', accessors.Select(Word))} }}";

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
        $"{Passing(parameter)}{Typed(parameter)} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue, parameter.ParameterType)}" : "");

    static string Passing(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";

    static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ when type.IsEnum => $"{NameOf(type)}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static string Kind(Type type) => type.IsEnum ? "enum" : type.IsInterface ? "interface"
        : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : type.IsValueType ? "struct"
        : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
            + "class";

    static string Bases(Type type)
    {
        string[] bases = [.. new[] { type.BaseType }.Where(one => one is not null && one != typeof(object) && !type.IsValueType
            && !type.IsEnum && !type.IsSubclassOf(typeof(Delegate))).Select(one => NameOf(one!))];
        // Not those that come with the base or with another one, or that every record has.
        Type[] all = type.IsEnum || type.IsSubclassOf(typeof(Delegate)) ? [] : type.GetInterfaces();
        IEnumerable<string> interfaces = all.Except(type.BaseType?.GetInterfaces() ?? [])
            .Except(all.SelectMany(one => one.GetInterfaces())).Where(one => one.IsVisible
                && !(one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(NameOf).Order(StringComparer.Ordinal);
        string[] both = [.. bases, .. interfaces];
        return both.Length == 0 ? "" : $" : {string.Join(", ", both)}";
    }

    static string Typed(ParameterInfo parameter) =>
        Typed(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), parameter);

    /// <summary>A type with the names of tuples' elements and a ? behind references that may be null.</summary>
    static string Typed(Type whole, NullabilityInfo nullability, ICustomAttributeProvider place)
    {
        // Of a tuple first all its own names, then those within its elements.
        IList<string?> names = place.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false)
            is [TupleElementNamesAttribute attribute] ? attribute.TransformNames : [];
        int named = 0;
        return Name(whole, nullability);

        string Name(Type type, NullabilityInfo? info)
        {
            if (type.IsByRef || type.IsPointer)
                return Name(type.GetElementType()!, info?.ElementType ?? info) + (type.IsPointer ? "*" : "");
            if (Nullable.GetUnderlyingType(type) is { } value) return Name(value, info) + "?";
            string mark = type is { IsValueType: false, IsGenericParameter: false }
                && info is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } ? "?" : "";
            if (type.IsArray) return $"{Name(type.GetElementType()!, info?.ElementType)}[]{mark}";
            if (!type.IsGenericType) return NameOf(type) + mark;
            Type[] arguments = type.GetGenericArguments();
            bool isTuple = type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true;
            int first = named;
            if (isTuple) named += arguments.Length;
            IEnumerable<string> parts = arguments.Select((argument, i) =>
                Name(argument, info?.GenericTypeArguments is { } of && i < of.Length ? of[i] : null)
                + (isTuple && first + i < names.Count && names[first + i] is { } name ? $" {name}" : ""));
            return isTuple ? $"({string.Join(", ", parts)})" : $"{Plain(type)}<{string.Join(", ", parts)}>{mark}";
        }
    }

    static string NameOf(Type type)
    {
        if (s_keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsByRef || type.IsPointer) return NameOf(type.GetElementType()!) + (type.IsPointer ? "*" : "");
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } value) return NameOf(value) + "?";
        if (type.IsGenericParameter) return type.Name;
        return Plain(type)
            + (type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : "");
    }

    static string Plain(Type type) => (type.IsNested ? NameOf(type.DeclaringType!) + "." : "") + type.Name.Split('`')[0];
}
