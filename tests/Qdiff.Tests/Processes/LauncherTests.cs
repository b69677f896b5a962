using Qdiff;
using Qdiff.Tensors;

/// <summary>What launchers say of the processes they start.</summary>
public class LauncherTests
{
    [Theory]
    [InlineData("", null, 0)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 SLURM_NTASKS=8", 4, 3)]
    [InlineData("OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0", 1, 0)]
    [InlineData("PMI_SIZE=2 PMI_RANK=1 WORLD_SIZE=7", 2, 1)]
    [InlineData("SLURM_NTASKS=2 SLURM_PROCID=1", 2, 1)]
    [InlineData("SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1", 2, 1)]
    [InlineData("SLURM_NTASKS=1 SLURM_PROCID=0", null, 0)]
    [InlineData("PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1 SLURM_NTASKS=1 SLURM_PROCID=0", null, 0)]
    [InlineData("PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1 SLURM_NTASKS=4 SLURM_PROCID=0", null, 0)]
    [InlineData("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=2 SLURM_NTASKS=2 SLURM_PROCID=1", 2, 1)]
    [InlineData("WORLD_SIZE=3 RANK=2", 3, 2)]
    [InlineData("WORLD_SIZE=1", null, 0)]
    [InlineData("WORLD_SIZE=many", null, 0)]
    [InlineData("PMIX_RANK=5", 0, 5)]
    public void ItTellsHowManyAndWhich(string environment, int? size, int rank)
    {
        Dictionary<string, string> variables =
            environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
                .ToDictionary(v => v[0], v => v[1]);
        Launcher? launcher = Launcher.Detect(name => variables.GetValueOrDefault(name));
        Assert.Equal(size, launcher?.Size);
        Assert.Equal(rank, launcher?.Rank ?? 0);
    }

    [Theory]
    [InlineData(4, 1, 4, false)]
    [InlineData(4, 1, 1, true)]
    [InlineData(4, 0, 1, true)]
    [InlineData(0, 2, 1, true)]
    [InlineData(0, 2, 3, false)]
    [InlineData(0, 0, 1, false)]
    public void AnotherNumberIsRefused(int size, int rank, int found, bool refused)
    {
        var launcher = new Launcher(size, rank, "PMIX_RANK");
        if (!refused) launcher.Require(found, "a library");
        else Assert.Contains("several processes were started, but a library finds 1: they would be so many silent copies",
            Assert.Throws<InputException>(() => launcher.Require(found, "a library")).Message);
    }
}
