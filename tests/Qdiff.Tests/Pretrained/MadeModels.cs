using Qdiff;
using Qdiff.Papers;

/// <summary>The tests that work on the same made-up models.</summary>
[CollectionDefinition(Name)]
public sealed class MadeModelsCollection : ICollectionFixture<MadeModels>
{
    public const string Name = "made models";
}

/// <summary>Two models of networks that learned next to nothing: one network, and one for each of two classes. Tests work on
/// copies.</summary>
public sealed class MadeModels : IDisposable
{
    static readonly string[] s_settings = ["data.perClass=4", "training.steps=2", "sampling.sampler=ddim", "sampling.steps=2"];

    readonly TemporaryFolder folder = new();

    public MadeModels()
    {
        Run = TinyExperiment.Train(TinyExperiment.Start(folder.Path, s_settings));
        PretrainedMaking.Make([RunFolder.Open(Run, Papers.Catalog)], One, Options);
        var sweep = new ClassSweep(TinyExperiment.Resolve([.. s_settings, "data.eachClass=true", "data.classes=[bag, 1]"]),
            folder.File("each"));
        foreach (ClassSweep.ClassArm arm in sweep.Arms) TinyExperiment.Train(sweep.Open(arm, ["test"]));
        Sweep = sweep.Folder;
        PretrainedMaking.Make([.. sweep.Arms.Select(arm => RunFolder.Open(arm.Run, Papers.Catalog))], Each, Options);
    }

    public static PretrainedOptions Options { get; } = new()
    {
        SamplingSteps = 2,
        Count = 4,
        Commit = "0123abcd",
        Repeat = "the same again",
        Commands = name => [("more", $"draw {name}")],
        Measured = [new("fid", 1.5, 1.25, 1.75, 0.5, 500, "dpm++2m 2, seed 7", "fid/domain-clothes/v1 d=64 n=500:500 seed=0")],
    };

    /// <summary>The folder that both models are in.</summary>
    public string Models => folder.File("models");

    public string Run { get; }

    /// <summary>The runs of the two classes.</summary>
    public string Sweep { get; }

    public string One => System.IO.Path.Combine(Directory.CreateDirectory(Models).FullName, "one");

    public string Each => System.IO.Path.Combine(Models, "each");

    /// <summary>A copy of a model, to be damaged.</summary>
    public static string Copy(string model, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(model))
            File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)));
        return target;
    }

    public void Dispose() => folder.Dispose();
}
