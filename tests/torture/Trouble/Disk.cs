using System.Diagnostics;

/// <summary>A small disk of its own in a folder: memory, as Linux mounts it for its superuser.</summary>
sealed class Disk : IDisposable
{
    readonly string folder;

    Disk(string folder) => this.folder = folder;

    /// <summary>Whether this process may mount one.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.UserName == "root";

    public static Disk Mount(string folder, int kilobytes)
    {
        Call("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder);
        return new(folder);
    }

    public void Resize(int kilobytes)
    {
        File.Delete(Path.Combine(folder, "full"));
        Call("mount", "-o", $"remount,size={kilobytes}k", folder);
    }

    /// <summary>Nothing more may be written, or everything again.</summary>
    public void Protect(bool isReadOnly) => Call("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", folder);

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using FileStream file = File.Create(Path.Combine(folder, "full"), bufferSize: 1);
        try
        {
            while (true) file.Write(new byte[512]);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Dispose() => Call("umount", "-l", folder);

    static void Call(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new IOException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
