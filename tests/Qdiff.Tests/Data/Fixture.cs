/// <summary>Files beside the tests, found from the folder of the test program upwards.</summary>
static class Fixture
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    public static byte[] Read(string name) => File.ReadAllBytes(Path(name));

    static string Find(string? from)
    {
        for (; from is not null; from = System.IO.Path.GetDirectoryName(from))
        {
            string folder = System.IO.Path.Combine(from, "tests", "Qdiff.Tests", "Data", "Fixtures");
            if (Directory.Exists(folder)) return folder;
        }

        throw new DirectoryNotFoundException("tests/Qdiff.Tests/Data/Fixtures is not above the test program.");
    }
}
