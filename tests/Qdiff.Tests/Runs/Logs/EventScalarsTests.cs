using Qdiff;
using Qdiff.Imaging;

public sealed class EventScalarsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ACurveIsReadBackWithoutWhatALaterSessionReplaced()
    {
        using (EventFile events = EventFile.Create(folder.Path))
        {
            events.Image("samples", 1, new Raster(64, 64, 3));
            for (int step = 1; step <= 5; step++)
            {
                events.Scalar("loss/probe", step, step);
                events.Scalar("loss/train", step, 100);
            }
        }

        using EventFile later = EventFile.Create(folder.Path, firstStep: 4);
        later.Scalar("loss/probe", 6, 0.5);
        Assert.Equal([(1, 1), (2, 2), (3, 3), (6, 0.5)],
            EventScalars.Read(folder.Path, "loss/probe").Select(p => (p.Key, p.Value)));
        Assert.Empty(EventScalars.Read(folder.Path, "nothing"));
        Assert.Empty(EventScalars.Read(folder.File("nowhere"), "loss/probe"));
    }

    [Fact]
    public void WhateverBecameOfAFileIsRead()
    {
        string path;
        using (EventFile events = EventFile.Create(folder.Path))
        {
            path = events.Path;
            for (int step = 1; step <= 4; step++) events.Scalar("loss", step, step);
        }

        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal(Enumerable.Range(1, EventScalars.Read(folder.Path, "loss").Count).Select(i => (long)i),
                EventScalars.Read(folder.Path, "loss").Keys);
            byte[] damaged = [.. whole];
            damaged[length] ^= 0x55;
            File.WriteAllBytes(path, damaged);
            Assert.All(EventScalars.Read(folder.Path, "loss"), point => Assert.Equal(point.Key, point.Value));
        }
    }
}
