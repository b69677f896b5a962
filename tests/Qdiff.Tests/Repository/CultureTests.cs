using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Evaluation;
using Qdiff.Gpu;
using Qdiff.Imaging;
using Qdiff.Mpi;
using Qdiff.Onnx;
using Qdiff.Papers;
using Qdiff.Quantum;
using Qdiff.Reports;
using Qdiff.Tensors;

/// <summary>
/// What the libraries write and read is the same whatever language the program that uses them runs in: none of their calls asks
/// the current culture how numbers look or how texts are ordered.
/// </summary>
public class CultureTests
{
    static readonly Type[] s_integers = [typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(nint), typeof(nuint)];
    static readonly Type[] s_others = [typeof(float), typeof(double), typeof(decimal), typeof(Half), typeof(DateTime),
        typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(System.Numerics.BigInteger),
        typeof(System.Numerics.Complex)];
    static readonly string[] s_searches = [nameof(string.StartsWith), nameof(string.EndsWith), nameof(string.IndexOf),
        nameof(string.LastIndexOf), nameof(string.Compare), nameof(string.CompareTo), nameof(string.ToLower),
        nameof(string.ToUpper)];

    [Theory]
    [InlineData(typeof(InputException))]
    [InlineData(typeof(Tensor))]
    [InlineData(typeof(Circuit))]
    [InlineData(typeof(Raster))]
    [InlineData(typeof(Network))]
    [InlineData(typeof(Evaluator))]
    [InlineData(typeof(Report))]
    [InlineData(typeof(Papers))]
    [InlineData(typeof(OnnxModel))]
    [InlineData(typeof(GpuDevice))]
    [InlineData(typeof(MpiGroup))]
    [InlineData(typeof(DashboardServer))]
    public void NoCallAsksTheCulture(Type one)
    {
        List<string> found = [];
        foreach (IReadOnlyList<CompiledCalls.Call> calls in CompiledCalls.Of(one.Assembly))
        {
            // Interpolated strings in each other's holes; true for one that was given a culture to format with.
            var given = new Stack<bool>();
            foreach (CompiledCalls.Call call in calls)
            {
                // What a record prints of itself is for the debugger.
                if (call.Caller.Name == "PrintMembers") continue;
                Type? type = call.Target.DeclaringType;
                if (type == typeof(DefaultInterpolatedStringHandler)
                    || type == typeof(StringBuilder.AppendInterpolatedStringHandler))
                {
                    if (call.Target is ConstructorInfo) given.Push(HasProvider(call.Target));
                    else if (given.Count > 0 && !given.Peek() && IsSensitiveHole(call)) found.Add(Told(call));
                    if (call.Target.Name == "ToStringAndClear") given.TryPop(out _);
                }
                else if (call.Target.GetParameters().Any(p => p.ParameterType.IsByRef && p.ParameterType.GetElementType()
                    is { } handler && (handler == typeof(DefaultInterpolatedStringHandler)
                    || handler == typeof(StringBuilder.AppendInterpolatedStringHandler)))) given.TryPop(out _);
                else if (IsSensitive(call)) found.Add(Told(call));
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>The walk over compiled code sees what it looks for.</summary>
    [Fact]
    public void SensitiveCallsAreSeen()
    {
        string[] seen = [.. CompiledCalls.Of(typeof(CultureTests).Assembly).SelectMany(calls => calls)
            .Where(call => call.Caller.DeclaringType == typeof(Sensitive) && (IsSensitive(call) || IsSensitiveHole(call)))
            .Select(call => call.Caller.Name)];
        Assert.Equal(typeof(Sensitive).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => m.Name).Distinct()
            .Order(StringComparer.Ordinal), seen.Distinct().Order(StringComparer.Ordinal));
    }

    static bool IsSensitiveHole(CompiledCalls.Call call)
    {
        if (call.Target.Name != "AppendFormatted" || !call.Target.IsGenericMethod) return false;
        Type type = call.Target.GetGenericArguments()[0];
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (s_others.Contains(type)) return true;
        // An integer without a format differs only in the sign of a negative one; with one, in what groups its digits.
        return s_integers.Contains(type)
            && call.Target.GetParameters() is [_, .., { } last] && last.ParameterType == typeof(string) && call.Text is { } format
            && format[0] is not ('x' or 'X' or 'D');
    }

    static bool IsSensitive(CompiledCalls.Call call)
    {
        MethodBase target = call.Target;
        Type type = target.DeclaringType ?? typeof(object);
        ParameterInfo[] parameters = target.GetParameters();
        if (HasProvider(target)) return false;
        if (s_integers.Contains(type))
            return target.Name is "Parse" or "TryParse" || target.Name == "ToString" && parameters.Length > 0;
        if (s_others.Contains(type) || type == typeof(TimeSpan))
            return target.Name is "Parse" or "TryParse" or "ParseExact" || target.Name == "ToString"
                && (type != typeof(TimeSpan) || parameters.Length > 0);
        if (type == typeof(string))
            return target.Name == nameof(string.Format)
                || s_searches.Contains(target.Name) && parameters.All(p => p.ParameterType != typeof(StringComparison)
                    && p.ParameterType != typeof(char)) && (!target.IsStatic || parameters[0].ParameterType == typeof(string))
                || target.Name == nameof(string.Join) && target.IsGenericMethod
                    && s_others.Contains(target.GetGenericArguments()[0]);
        if (type == typeof(FormattableString)) return target.Name is "ToString" or "CurrentCulture";
        if (type == typeof(Convert))
            return parameters.Length == 1 && (target.Name == "ToString" ? s_others.Contains(parameters[0].ParameterType)
                : target.Name is "ToDouble" or "ToSingle" or "ToInt32" or "ToInt64"
                    && parameters[0].ParameterType == typeof(string));
        if (type == typeof(StringBuilder) || typeof(TextWriter).IsAssignableFrom(type))
            return target.Name is "AppendFormat" || parameters.Length == 1 && s_others.Contains(parameters[0].ParameterType);
        return IsOrderOfTexts(type, target);
    }

    /// <summary>Whether texts are ordered with the default comparer, which is that of the culture.</summary>
    static bool IsOrderOfTexts(Type type, MethodBase target)
    {
        bool hasComparer = target.GetParameters().Any(p => p.ParameterType is { IsGenericType: true } given
            && (given.Name.StartsWith("IComparer", StringComparison.Ordinal)
                || given.Name.StartsWith("Comparison", StringComparison.Ordinal)));
        if (hasComparer) return false;
        if (type == typeof(Enumerable) && target is MethodInfo { IsGenericMethod: true } query)
        {
            Type[] arguments = query.GetGenericArguments();
            return query.Name switch
            {
                "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending" or "MinBy" or "MaxBy" =>
                    arguments[1] == typeof(string),
                "Order" or "OrderDescending" or "Min" or "Max" =>
                    arguments[^1] == typeof(string) && target.GetParameters().Length == arguments.Length,
                _ => false,
            };
        }

        if (type == typeof(Array) && target is MethodInfo { IsGenericMethod: true, Name: "Sort" } sort)
            return sort.GetGenericArguments()[0] == typeof(string);
        if (!type.IsGenericType || type.GetGenericArguments()[0] != typeof(string)) return false;
        Type open = type.GetGenericTypeDefinition();
        return open == typeof(List<>) && target.Name == "Sort"
            || target is ConstructorInfo && (open == typeof(SortedDictionary<,>) || open == typeof(SortedList<,>)
                || open == typeof(SortedSet<>) || open == typeof(PriorityQueue<,>))
            || open == typeof(Comparer<>) && target.Name == "get_Default";
    }

    static bool HasProvider(MethodBase target) => target.GetParameters().Any(p => p.ParameterType == typeof(IFormatProvider)
        || p.ParameterType == typeof(System.Globalization.CultureInfo));

    static string Told(CompiledCalls.Call call) =>
        $"{call.Caller.DeclaringType}.{call.Caller.Name} calls {call.Target.DeclaringType?.Name}.{call.Target} ({call.Text})";

    /// <summary>One of each kind.</summary>
    static class Sensitive
    {
        public static string Hole(double value) => $"{value}";
        public static string OptionalHole(float? value) => $"{value}";
        public static string GroupedHole(int value) => $"{value:N0}";
        public static string AppendedHole(double value) => new StringBuilder().Append($"{value:F2}").ToString();
        public static string Text(double value) => value.ToString();
        public static string FormattedText(long value) => value.ToString("N0");
        public static double Number(string text) => double.Parse(text);
        public static bool Number(string text, out int value) => int.TryParse(text, out value);
        public static string Lower(string text) => text.ToLower();
        public static bool Start(string text) => text.StartsWith("i");
        public static string Joined(double[] values) => string.Join(' ', values);
        public static string Appended(float value) => new StringBuilder().Append(value).ToString();
        public static IEnumerable<string> Ordered(string[] texts) => texts.Order();
        public static object Sorted() => new SortedDictionary<string, int>();
        public static void Sort(string[] texts) => Array.Sort(texts);
    }
}
