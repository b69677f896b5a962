namespace Qdiff;

/// <summary>The settings of a circuit do not fit it or each other.</summary>
/// <param name="setting">The setting to blame, without its group.</param>
sealed class CircuitConfigException(string setting, string message) : ArgumentException(message)
{
    public string Setting { get; } = setting;
}
