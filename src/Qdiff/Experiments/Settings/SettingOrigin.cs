namespace Qdiff;

/// <summary>Where the value of a setting came from. The default value is "nobody said anything".</summary>
/// <param name="Source">A file's name or an option; null for the built-in default.</param>
/// <param name="Line">The line in the file, from 1; 0 if it is no file.</param>
public readonly record struct SettingOrigin(string? Source, int Line)
{
    /// <summary>Whether nobody gave a value.</summary>
    public bool IsDefault => Source is null;

    /// <summary><c>default</c>, <c>configs/mnist-unet.yaml:12</c> or <c>option training.steps</c>.</summary>
    public override string ToString() => Source is null ? "default" : Line > 0 ? $"{Source}:{Line}" : Source;
}
