using System.Reflection;
using System.Reflection.Emit;

/// <summary>The calls that an assembly's methods make, read from what the compiler made of them: interpolated strings, which hide
/// theirs in the source, included.</summary>
static class CompiledCalls
{
    const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic;

    static readonly Dictionary<ushort, OpCode> s_codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    /// <param name="Caller">The method that calls.</param>
    /// <param name="Target">What it calls.</param>
    /// <param name="Text">The text that was loaded last, which for a formatted value is its format.</param>
    public sealed record Call(MethodBase Caller, MethodBase Target, string? Text);

    /// <summary>The calls of each method, in the order in which they stand.</summary>
    public static IEnumerable<IReadOnlyList<Call>> Of(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own))).Select(Of);

    /// <summary>The texts that stand in the methods, and constants, which the compiler copies to where they are used.</summary>
    public static IEnumerable<string> Texts(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own)).Append(type.TypeInitializer))
        .OfType<MethodBase>().SelectMany(method =>
        {
            List<string> texts = [];
            Of(method, texts.Add);
            return texts;
        });

    static List<Call> Of(MethodBase method) => Of(method, _ => { });

    static List<Call> Of(MethodBase method, Action<string> read)
    {
        List<Call> calls = [];
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) return calls;
        Type[] typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        string? text = null;
        for (int i = 0; i < code.Length;)
        {
            OpCode operation = s_codes[code[i] == 0xfe ? (ushort)(0xfe00 | code[i + 1]) : code[i]];
            i += operation.Size;
            int operand = operation.OperandType is OperandType.InlineMethod or OperandType.InlineString
                or OperandType.InlineSwitch
                ? BitConverter.ToInt32(code, i) : 0;
            if (operation.OperandType == OperandType.InlineString) read(text = method.Module.ResolveString(operand));
            if (operation.OperandType == OperandType.InlineMethod
                && method.Module.ResolveMethod(operand, typeArguments, methodArguments) is { } target)
                calls.Add(new(method, target, text));
            i += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * operand,
                _ => 4,
            };
        }

        return calls;
    }
}
