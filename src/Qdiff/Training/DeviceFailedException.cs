namespace Qdiff;

/// <summary>
/// A <see cref="Device"/> failed in the middle of its work: it was lost, its driver gave up, or its memory did. Nothing that it
/// held can be trusted any more; what was saved before is good.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="reason">What its driver said.</param>
public sealed class DeviceFailedException(string device, Exception reason)
    : Exception($"The device '{device}' failed: {reason.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
        + "What it had not given back is lost; what was saved before is good.", reason)
{
    /// <summary>The device.</summary>
    public string Device => device;
}
