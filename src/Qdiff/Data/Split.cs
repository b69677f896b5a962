namespace Qdiff;

/// <summary>Which part of a data set: the one to train on, the one kept back, or the one to choose settings by.</summary>
public enum Split
{
    /// <summary>The images to learn from.</summary>
    Train,

    /// <summary>The images kept back.</summary>
    Test,

    /// <summary>The images to choose settings by, where a data set has such a part.</summary>
    Validation,
}

/// <summary>How parts are written in settings, options and messages.</summary>
static class SplitWords
{
    extension(Split split)
    {
        /// <summary>The part in lower case.</summary>
        public string Word => split.ToString().ToLowerInvariant();
    }

    extension(IReadOnlyList<Split> splits)
    {
        /// <summary>What to say of a part that a data set does not have; these are those it has.</summary>
        public InputException Lack(string name, Split wanted) =>
            new($"{name} has no split {wanted.Word}, only {string.Join(" and ", splits.Select(split => split.Word))}.");
    }
}
