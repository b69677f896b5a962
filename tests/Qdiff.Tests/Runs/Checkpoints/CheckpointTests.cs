using System.Text;
using Qdiff;

public sealed class CheckpointTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CheckpointFolder checkpoints;

    public CheckpointTests() => checkpoints = new(folder.File("checkpoints"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        Assert.Null(checkpoints.ReadLatest());
        Assert.Empty(checkpoints.List());
        Write(100, "hundred");
        Checkpoint written = checkpoints.Write(1_234_567,
            [("weights.safetensors", s => s.Write("W"u8)), ("adam.safetensors", s => s.Write(new byte[70_000]))],
            new { Step = 1_234_567, Loss = double.NaN }, score: 0.5);
        Assert.Equal("step-1234567", Path.GetFileName(written.Path));
        Checkpoint latest = checkpoints.ReadLatest()!;
        Assert.Equal((1_234_567, 0.5), (latest.Step, latest.Score));
        Assert.Equal(["weights.safetensors", "adam.safetensors"], latest.Files);
        Assert.Equal(1_234_567, latest.State.GetProperty("step").GetInt64());
        Assert.Equal("NaN", latest.State.GetProperty("loss").GetString());
        Assert.Equal("hundred", Content(checkpoints.Read(100)));
        Assert.Contains("it has 100, 1234567", Assert.Throws<InputException>(() => checkpoints.Read(7)).Message);
        Assert.Throws<InputException>(() => latest.OpenRead("../checkpoint.json"));
    }

    [Fact]
    public void SavingTheSameStepAgainReplacesIt()
    {
        Write(5, "old");
        Write(5, "new");
        Assert.Equal("new", Content(Assert.Single(checkpoints.List())));
    }

    /// <summary>Neither who looks at the files while they are written nor who writes them is in the other's way.</summary>
    [Fact]
    public void WhatIsBeingWrittenCanBeLookedAt()
    {
        Checkpoint written = checkpoints.Write(3, [("data", stream =>
        {
            string path = ((FileStream)stream).Name;
            Assert.False(SpecialFile.IsSpecial(path));
            using FileStream reader = InputFile.OpenShared(path);
            stream.Write("good"u8);
        })], new { });
        Assert.Equal("good", Content(written));
    }

    /// <summary>Large files are often moved to another disk, or into the store of git-annex or DVC.</summary>
    [Fact]
    public void FilesBehindLinksAreThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links may not be made by everyone there");
        string data = Path.Combine(Write(1, "good").Path, "data");
        Directory.CreateDirectory(folder.File("store"));
        File.Move(data, folder.File("store/data"));
        File.CreateSymbolicLink(data, folder.File("store/data"));
        Assert.Equal("good", Content(checkpoints.ReadLatest()!));
    }

    [Fact]
    public void TornOnesAreNone()
    {
        Write(1, "good");
        foreach ((int step, Action<string> tear) in ((int, Action<string>)[])[
            (2, path => File.Delete(Path.Combine(path, Checkpoint.IndexFile))),
            (3, path => File.Delete(Path.Combine(path, "data"))),
            (4, path => File.AppendAllText(Path.Combine(path, "data"), "x")),
            (5, path => File.WriteAllText(Path.Combine(path, Checkpoint.IndexFile), "{\"schema\":1,")),
            (6, path => File.WriteAllText(Path.Combine(path, Checkpoint.IndexFile), "{}")),
            (8, path => Change(path, "\"step\": 8", "\"step\": 7")),
            (9, path => Change(path, "\"step\": 9", "\"step\": -9")),
        ])
        {
            tear(Write(step, "torn").Path);
        }

        Directory.CreateDirectory(Path.Combine(checkpoints.Path, ".unfinished-step-000007"));
        Assert.Equal(1, Assert.Single(checkpoints.List()).Step);
        Assert.Equal(1, checkpoints.ReadLatest()!.Step);
    }

    static void Change(string path, string old, string replacement)
    {
        string index = Path.Combine(path, Checkpoint.IndexFile), text = File.ReadAllText(index);
        Assert.Contains(old, text);
        File.WriteAllText(index, text.Replace(old, replacement));
    }

    /// <summary>A copy that somebody made beside them is theirs: it neither counts nor is it removed.</summary>
    [Fact]
    public void ACopyUnderAnotherNameIsLeftAlone()
    {
        string path = Write(1, "one").Path, copy = path + "-good";
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(path)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Write(2, "two");
        Assert.Equal([1, 2], checkpoints.List().Select(c => c.Step));
        checkpoints.Prune(keep: 1);
        Assert.Empty(checkpoints.SetAside(after: 2));
        Assert.Equal(["step-000001-good", "step-000002"],
            Directory.GetDirectories(checkpoints.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void AChangedByteIsFoundAndTheOneBeforeIsUsed()
    {
        Write(1, "good");
        string path = Write(2, "data").Path;
        File.WriteAllText(Path.Combine(path, "data"), "dbta");
        List<string> warnings = [];
        Assert.Equal(1, checkpoints.ReadLatest(warnings.Add)!.Step);
        Assert.Contains("SHA-256", Assert.Single(warnings));
        Assert.Throws<InputException>(() => checkpoints.Read(2));
    }

    /// <summary>A disk that fails for a moment is no damage: nobody goes back to an earlier step for it.</summary>
    [Fact]
    public void WhatCannotBeReadIsNotTakenForDamaged()
    {
        Write(1, "one");
        Write(2, "two");
        using (new FileStream(folder.File("checkpoints/step-000002/data"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Contains("It may be sound", Assert.Throws<IOException>(() => checkpoints.ReadLatest()).Message);
            Assert.Throws<IOException>(() => checkpoints.ReadNewest());
        }

        using (new FileStream(folder.File("checkpoints/step-000002/checkpoint.json"), FileMode.Open, FileAccess.ReadWrite,
            FileShare.None))
        {
            Assert.Throws<IOException>(() => checkpoints.ReadLatest());
            Assert.Equal(1, Assert.Single(checkpoints.List()).Step);
        }

        Assert.Equal(2, checkpoints.ReadLatest()!.Step);
    }

    /// <summary>An older program goes back to no earlier step for it, and leaves it alone.</summary>
    [Fact]
    public void WhatANewerVersionWroteIsNotTakenForDamaged()
    {
        Write(1, "one");
        Change(Write(2, "two").Path, "\"schema\": 1", "\"schema\": 2");
        Assert.Contains("written by a newer version", Assert.Throws<IOException>(() => checkpoints.ReadLatest()).Message);
        Assert.Throws<IOException>(() => checkpoints.ReadNewest());
        Assert.Contains("written by a newer version", Assert.Throws<IOException>(() => checkpoints.Read(2)).Message);
        Assert.Equal(1, Assert.Single(checkpoints.List()).Step);
        Assert.Contains("has no checkpoint of step 3; it has 1.",
            Assert.Throws<InputException>(() => checkpoints.Read(3)).Message);
    }

    [Theory]
    [InlineData("../data")]
    [InlineData("da\\u0000ta")]
    public void NamesInTheIndexCannotLeaveTheFolder(string name)
    {
        string path = Write(1, "good").Path, index = Path.Combine(path, Checkpoint.IndexFile);
        File.WriteAllText(Path.Combine(checkpoints.Path, "data"), "good");
        File.WriteAllText(index, File.ReadAllText(index).Replace("\"data\"", $"\"{name}\""));
        Assert.Contains("no plain name", Assert.Throws<InputException>(() => Checkpoint.Open(path)).Message);
    }

    [Fact]
    public void AFailureLeavesTheEarlierOnesAndNothingElse()
    {
        Write(1, "good");
        IOException e = Assert.Throws<IOException>(() => checkpoints.Write(2,
            [("data", s => s.Write("part"u8)), ("more", _ => throw new IOException("No space left on device"))], new { }));
        Assert.Contains("The checkpoint of step 2 could not be written", e.Message);
        Assert.Contains("No space left on device. The checkpoint of step 1 is intact", e.Message);
        Assert.Equal(["step-000001"], Directory.GetFileSystemEntries(checkpoints.Path).Select(Path.GetFileName));
        Assert.Equal("good", Content(checkpoints.ReadLatest()!));
    }

    [Fact]
    public void TheLastOnesAndTheBestAreKept()
    {
        double[] scores = [5, 1, 1, 3, double.NaN, 4, 2];
        for (int step = 0; step < scores.Length; step++) Write(step, "x", scores[step]);
        checkpoints.Prune(keep: 2);
        Assert.Equal([1, 5, 6], checkpoints.List().Select(c => c.Step));
        Assert.Equal(1, checkpoints.Best()!.Step);
        checkpoints.Prune(keep: 1);
        Assert.Equal([1, 6], checkpoints.List().Select(c => c.Step));
    }

    [Fact]
    public void WhatIsSetAsideIsNoCheckpoint()
    {
        foreach (int step in (int[])[1, 2, 3]) Write(step, "data", score: 3 - step);
        File.Delete(Path.Combine(checkpoints.Path, "step-000002", Checkpoint.IndexFile));
        Assert.Equal(["damaged-step-000002", "damaged-step-000003"], checkpoints.SetAside(after: 1));
        Assert.Equal(1, Assert.Single(checkpoints.List()).Step);
        Assert.Equal(1, checkpoints.Best()!.Step);
        Assert.Equal(1, checkpoints.ReadNewest()!.Step);
        // Once more, beside those of the first time.
        Write(3, "later");
        Assert.Equal(["damaged-2-step-000003"], checkpoints.SetAside(after: 1));
        Assert.Equal(["damaged-2-step-000003", "damaged-step-000002", "damaged-step-000003", "step-000001"],
            Directory.GetDirectories(checkpoints.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("data", File.ReadAllText(Path.Combine(checkpoints.Path, "damaged-step-000003", "data")));
    }

    Checkpoint Write(long step, string content, double? score = null) =>
        checkpoints.Write(step, [("data", stream => stream.Write(Encoding.UTF8.GetBytes(content)))], new { }, score);

    static string Content(Checkpoint checkpoint)
    {
        using var reader = new StreamReader(checkpoint.OpenRead("data"));
        return reader.ReadToEnd();
    }
}
