using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Qdiff.Tensors;

/// <summary>Checks at the public border; below it only assertions.</summary>
static class Require
{
    public static void That([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }

    public static void That([DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref Message message)
    {
        if (!condition) throw new ArgumentException(message.ToString());
    }

    public static void SameShape(Tensor a, Tensor b, [CallerArgumentExpression(nameof(a))] string nameA = "",
        [CallerArgumentExpression(nameof(b))] string nameB = "")
    {
        if (a.Shape != b.Shape)
            throw new ArgumentException($"{nameB} has shape {b.Shape} but {nameA} has shape {a.Shape}; they must match.", nameB);
    }

    public static void Rank(Tensor x, int rank, [CallerArgumentExpression(nameof(x))] string name = "")
    {
        if (x.Shape.Rank != rank)
            throw new ArgumentException($"{name} must have {rank} dimensions, its shape is {x.Shape}.", name);
    }

    public static void Shape(Parameter parameter, Shape expected)
    {
        if (parameter.Shape != expected)
            throw new ArgumentException($"Parameter '{parameter.Name}' has shape {parameter.Shape}; this operation needs "
                + $"{expected}.");
    }

    /// <summary>The value of an option, as it is set.</summary>
    public static T AtLeast<T>(T value, T least, [CallerMemberName] string name = "") where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }

    /// <summary>An interpolated message that is put together only if the condition is false: checks leave no garbage.</summary>
    [InterpolatedStringHandler]
    public ref struct Message
    {
        DefaultInterpolatedStringHandler text;

        public Message(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            text = isNeeded ? new(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

        public override string ToString() => text.ToStringAndClear();
    }
}
