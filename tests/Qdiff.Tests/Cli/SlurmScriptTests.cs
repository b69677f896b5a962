using Qdiff;
using Qdiff.Cli;

/// <summary>Where Slurm reads a job script nothing can be quoted.</summary>
public class SlurmScriptTests
{
    [Fact]
    public void ANameHasDashesForWhatSlurmWouldReadOtherwise() => Assert.Contains("\n#SBATCH --job-name=qdiff-a--b---c_1.2\n",
        Script("qdiff-a \"b\" #c_1.2", "slurm.log").ToText());

    [Theory]
    [InlineData("back\\slash.log")]
    [InlineData("quo\"te.log")]
    public void ALogThatSlurmWouldPutElsewhereIsRefused(string log) => Assert.Contains("without quotes, backslashes and",
        Assert.Throws<InputException>(() => Script("qdiff-a-42", log).ToText()).Message);

    static SlurmScript Script(string name, string log) => new()
    {
        Name = name,
        Tasks = 1,
        Processors = 1,
        Devices = 0,
        Memory = "1G",
        Time = "1:00:00",
        Log = log,
        Work = "true",
        IsStep = true,
    };
}
