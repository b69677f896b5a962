using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Qdiff;

/// <summary>YAML text as a tree, whatever the text is: no aliases, no depth that would exhaust the stack, one document.</summary>
static class YamlText
{
    // The deepest is a complex number in a matrix of a list of Kraus operators.
    const int MaxDepth = 10;

    /// <summary>The root of the text; null if there is nothing in it.</summary>
    /// <param name="isFile">Whether the source has lines that a message can name.</param>
    /// <exception cref="InputException">It is not YAML, or more than a list of settings; the message says where.</exception>
    public static YamlNode? Read(string yaml, string source, bool isFile = true)
    {
        var parser = new Parser(new StringReader(yaml));
        try
        {
            // The parser is a loop, what builds the tree recurses: so the depth is measured first.
            for (int depth = 0; parser.MoveNext();)
            {
                if ((depth += parser.Current!.NestingIncrease) > MaxDepth)
                    throw new InputException($"{source}:{parser.Current.Start.Line}: nested too deeply; groups of "
                        + "settings and lists of values are expected.");
                if (parser.Current is AnchorAlias)
                    throw new InputException($"{source}:{parser.Current.Start.Line}: aliases (*name) cannot be used here.");
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count switch
            {
                0 => null,
                1 => stream.Documents[0].RootNode,
                _ => throw new InputException(
                    $"{source} has {stream.Documents.Count} documents; one is expected, so remove the lines '---'."),
            };
        }
        catch (YamlException e)
        {
            throw Broken(LineOf(e, yaml), e.Message, e);
        }
        // Some broken texts catch the parser itself out: its index runs over an end, a stack is empty.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or KeyNotFoundException or NullReferenceException or InvalidCastException)
        {
            throw Broken(Math.Max(1, parser.Current?.End.Line ?? 1), "brackets, indentation or a line '---' are out of place", e);
        }

        InputException Broken(long line, string reason, Exception cause) => new(
            $"{source}{(isFile ? $":{line}" : "")}: this is not YAML: {reason}",
            cause);
    }

    /// <summary>The line of a mistake. Of a tab that indents the parser only tells where the value or the list begins that it
    /// stands in.</summary>
    static long LineOf(YamlException e, string yaml)
    {
        if (!e.Message.Contains(" tab ", StringComparison.Ordinal)) return e.Start.Line;
        string[] lines = [.. yaml.Split('\n').Skip((int)e.Start.Line - 1)];
        return e.Start.Line + Math.Max(0, Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t')));
    }
}
