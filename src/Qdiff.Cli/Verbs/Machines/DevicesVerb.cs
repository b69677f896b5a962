using System.CommandLine;
using System.Globalization;
using Qdiff.Gpu;

namespace Qdiff.Cli;

/// <summary><c>qdiff devices</c>: what networks can be trained on here; and what <c>--device</c> means.</summary>
static class DevicesVerb
{
    public static Command Create()
    {
        var devices = new Command("devices", "List what networks can be trained on.");
        devices.SetAction(parsed =>
        {
            (string Name, string What, long? Memory)[] all =
            [
                ("cpu", $"{Environment.ProcessorCount} processors", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
                // None is opened: one that is full, or that somebody else has for himself, is listed with the others.
                .. GpuDevice.List().Select(card => (card.Name, card.Model, (long?)card.MemoryBytes)),
                ("emulator", "the kernels of a graphics processor on the processors, for tests: very slow", null),
            ];
            if (parsed.GetValue<bool>(Tool.Json))
                Print.Json(all.Select(device => new { device.Name, Model = device.What, MemoryBytes = device.Memory }));
            else Print.Table(["--device", "what", ">memory"], all.Select(device => (string[])[device.Name, device.What,
                device.Memory is { } bytes ? string.Create(CultureInfo.InvariantCulture,
                $"{bytes / (double)(1 << 30):N1} GiB") : "-"]));
            return 0;
        });
        return devices;
    }

    /// <summary>The device of this name, or null for the processors.</summary>
    /// <exception cref="InputException">There is no such device.</exception>
    public static GpuDevice? Choose(string? name) => name switch
    {
        null or "cpu" => null,
        "emulator" => GpuDevice.Emulator(),
        "auto" => GpuDevice.Count() > 0 ? GpuDevice.Open(0) : null,
        _ when GpuDevice.TryNumber(name, out int number) => GpuDevice.Open(number),
        _ => throw Unknown(name),
    };

    /// <summary>Refuses what is no name of a device, without looking whether there is one here.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static void RequireName(string name)
    {
        if (name is not ("cpu" or "emulator" or "auto") && !GpuDevice.TryNumber(name, out _)) throw Unknown(name);
    }

    static InputException Unknown(string name) =>
        new($"There is no device '{name}'; --device is cpu, gpu, gpu:1, auto or emulator.");
}
