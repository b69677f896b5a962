namespace Qdiff;

/// <summary>What somebody wrote as the value of a setting, before it is understood.</summary>
/// <param name="Text">The scalar; for a list, how to show it.</param>
/// <param name="Items">The items of a list, or null for a scalar.</param>
/// <param name="Quoted">Whether it stood in quotation marks, and so is text even if it reads like a number or null.</param>
/// <param name="Origin">Where it stands.</param>
sealed record SettingText(string Text, IReadOnlyList<string>? Items, bool Quoted, SettingOrigin Origin)
{
    public bool IsNull => Items is null && !Quoted && Text is "" or "~" or "null";
}
