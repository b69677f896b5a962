using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Qdiff;

/// <summary>
/// Finds a list in what was read from a file that holds null in the place of an element. Nullable annotations of properties are
/// held to by the reader of JSON; those of elements are not.
/// </summary>
static class NullElement
{
    static readonly ConcurrentDictionary<Type, (PropertyInfo Property, bool MayHoldNull)[]> s_properties = new();

    /// <summary>The path of such a list, such as <c>evaluations</c> or <c>metrics[2].rows</c>; null if there is none.</summary>
    public static string? Find(object value)
    {
        foreach ((PropertyInfo property, bool mayHoldNull) in s_properties.GetOrAdd(value.GetType(), Lists))
        {
            if (property.GetValue(value) is not { } inner) continue;
            string name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (inner is not IEnumerable list)
            {
                if (Find(inner) is { } below) return $"{name}.{below}";
                continue;
            }

            int i = 0;
            foreach (object? element in list)
            {
                if (element is null)
                {
                    if (!mayHoldNull) return name;
                }
                else if (element.GetType() is { IsPrimitive: false } && Find(element) is { } below)
                    return FormattableString.Invariant($"{name}[{i}].{below}");

                i++;
            }
        }

        return null;
    }

    /// <summary>The properties of a type of ours that hold lists or further objects of ours.</summary>
    static (PropertyInfo, bool)[] Lists(Type type)
    {
        if (type.Namespace?.StartsWith(nameof(Qdiff), StringComparison.Ordinal) is not true) return [];
        NullabilityInfoContext annotations = new();
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.CanWrite
                && property.PropertyType != typeof(string)
                && (typeof(IEnumerable).IsAssignableFrom(property.PropertyType)
                    || property.PropertyType.Namespace?.StartsWith(nameof(Qdiff), StringComparison.Ordinal) is true)
                && !property.PropertyType.IsEnum)
            .Select(property => (property, MayHoldNull(annotations.Create(property))))];

        static bool MayHoldNull(NullabilityInfo list) =>
            (list.ElementType ?? list.GenericTypeArguments.LastOrDefault())?.ReadState == NullabilityState.Nullable;
    }
}
