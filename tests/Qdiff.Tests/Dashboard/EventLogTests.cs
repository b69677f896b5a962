using Google.Protobuf;
using Qdiff;
using Qdiff.Dashboard;
using Qdiff.Imaging;

public sealed class EventLogTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void NumbersAndImagesOfAGrowingFileAreRead()
    {
        var log = new EventLog(folder.Path);
        using EventFile events = EventFile.Create(folder.Path);
        log.Refresh();
        Assert.Empty(log.Content("x", "").Curves);
        byte[] png = Png.Encode(new Raster(8, 8, 1));
        for (int step = 1; step <= 4; step++)
        {
            events.Scalar("loss", step, step);
            events.Scalar("other", step, double.NaN);
            events.Image("images", step, new Raster(8, 8, 1));
            log.Refresh();
            EventContent now = log.Content("x", "");
            Assert.Equal(["loss", "other"], now.Curves.Keys.Order());
            Assert.Equal(step, now.Curves["loss"].Y[^1]);
            Assert.Equal(step, now.Images[0].Steps[^1]);
        }

        Assert.Equal(png, log.Image("images", 3));
        Assert.Null(log.Image("images", 7));
        Assert.Equal(["loss"], log.Content("x", "LOS").Curves.Keys);
        using EventFile later = EventFile.Create(folder.Path, firstStep: 3);
        later.Scalar("loss", 3, 30);
        log.Refresh();
        Assert.Equal([1, 2, 30], log.Content("x", "").Curves["loss"].Y);
        Assert.Equal([1, 2], log.Content("x", "").Images[0].Steps);
    }

    /// <summary>TensorFlow 2 writes numbers and images as tensors; the bytes by hand, as its protocol says.</summary>
    [Fact]
    public void TensorsOfOtherProgramsAreRead()
    {
        byte[] png = Png.Encode(new Raster(4, 4, 3));
        Write("events.out.tfevents.0000000001.elsewhere",
            Record(1, "content", tensor => { tensor.WriteNumber(1, 1); tensor.WriteData(4, BitConverter.GetBytes(0.5f)); }),
            Record(1, "double", tensor => { tensor.WriteNumber(1, 2); tensor.WriteData(4, BitConverter.GetBytes(0.25)); }),
            Record(2, "packed", tensor => { tensor.WriteNumber(1, 1); tensor.WriteData(5, BitConverter.GetBytes(2f)); }),
            Record(2, "single", tensor => { tensor.WriteNumber(1, 1); tensor.WriteSingle(5, 3f); }),
            Record(3, "vector", tensor => { tensor.WriteNumber(1, 1); tensor.WriteData(4, new byte[8]); }),
            Record(3, "image", tensor =>
            {
                tensor.WriteNumber(1, 7);
                foreach (byte[] text in (byte[][])["4"u8.ToArray(), "4"u8.ToArray(), png]) tensor.WriteData(8, text);
            }));
        var log = new EventLog(folder.Path);
        log.Refresh();
        EventContent content = log.Content("x", "");
        Assert.Equal([("content", 0.5), ("double", 0.25), ("packed", 2), ("single", 3)],
            content.Curves.Select(c => (c.Key, c.Value.Y[0])));
        Assert.Equal(png, log.Image("image", 3));
    }

    [Fact]
    public void DamageCostsItselfAndIsSaidAndStrangersDoNotMatter()
    {
        byte[] whole = Loss(1, 3), damaged = Loss(2, 4), later = Loss(3, 5);
        damaged[20] ^= 0x55;
        // What is short at the end is still being written.
        Write("events.out.tfevents.0000000001.a", whole, damaged, later, Loss(4, 6)[..^1]);
        Write("events.out.tfevents.0000000002.b", EventRecord.Frame([0xFF, 0xFF, 0xFF]), EventRecord.Frame([]));
        folder.Write("events.out.tfevents.0000000003.c", new byte[1000]);
        var log = new EventLog(folder.Path);
        log.Refresh();
        log.Refresh();
        EventContent content = log.Content("x", "");
        Assert.Equal([1, 3], content.Curves["loss"].X);
        Assert.Equal([3, 5], content.Curves["loss"].Y);
        Assert.Equal([$"events.out.tfevents.0000000001.a has a damaged record at byte {whole.Length}, which is left out.",
            "events.out.tfevents.0000000003.c is damaged at byte 0; what follows there cannot be read."], content.Problems);
    }

    /// <summary>Damage stays; that a file is kept from readers for a moment does not.</summary>
    [Fact]
    public void WhatCouldNotBeReadOnceIsNotSaidForEver()
    {
        const string name = "events.out.tfevents.0000000001.a";
        Write(name, Loss(1, 3));
        var log = new EventLog(folder.Path);
        using (new FileStream(folder.File(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            log.Refresh();
            log.Refresh();
            Assert.StartsWith($"{name} cannot be read", Assert.Single(log.Content("x", "").Problems));
            Assert.Throws<InputException>(() => log.Curve("loss"));
        }

        log.Refresh();
        Assert.Empty(log.Content("x", "").Problems);
        Assert.Equal(3.0, log.Curve("loss")[1]);
    }

    /// <summary>Only a start takes back what was said: writers of TensorFlow 1 also say when they save and stop.</summary>
    [Fact]
    public void ASessionBeginsOnlyWhereItSaysSo()
    {
        const string name = "events.out.tfevents.0000000001.a";
        const int unspecified = 0, started = 1, stopped = 2, saved = 3;
        var log = new EventLog(folder.Path);
        Write(name, Loss(1, 3), Loss(2, 4), Session(1, saved), Session(1, stopped), Session(1, unspecified));
        log.Refresh();
        Assert.Equal([3, 4], log.Content("x", "").Curves["loss"].Y);
        Write(name, Loss(1, 3), Loss(2, 4), Session(1, saved), Session(1, stopped), Session(1, unspecified), Session(2, started));
        log.Refresh();
        Assert.Equal([3], log.Content("x", "").Curves["loss"].Y);
    }

    static byte[] Session(long step, int status) => EventRecord.Frame(ProtobufMessage.Build(output =>
    {
        output.WriteNumber(2, step);
        output.WriteMessage(7, session => session.WriteNumber(1, status));
    }));

    static byte[] Loss(long step, float value) =>
        Record(step, "loss", tensor => { tensor.WriteNumber(1, 1); tensor.WriteSingle(5, value); });

    void Write(string name, params byte[][] records) => folder.Write(name, [.. records.SelectMany(record => record)]);

    static byte[] Record(long step, string tag, Action<CodedOutputStream> tensor) =>
        EventRecord.Frame(ProtobufMessage.Build(output =>
        {
            output.WriteDouble(1, 1.5);
            output.WriteNumber(2, step);
            output.WriteMessage(5, summary => summary.WriteMessage(1, entry =>
            {
                entry.WriteText(1, tag);
                entry.WriteMessage(8, tensor);
            }));
        }));
}
