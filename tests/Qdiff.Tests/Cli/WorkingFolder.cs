/// <summary>A temporary folder that is the working folder as long as it is there. The process has but one: tests that borrow it
/// stand in the collection of <see cref="HostileArgumentTests"/>.</summary>
sealed class WorkingFolder : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly string before = Environment.CurrentDirectory;

    public WorkingFolder() => Environment.CurrentDirectory = folder.Path;

    public string Path => folder.Path;

    public string File(string name) => folder.File(name);

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        folder.Dispose();
    }
}
