using System.Text;
using Qdiff;
using Qdiff.Evaluation;
using Qdiff.Tensors;

/// <summary>Files written by PyTorch 1.13 (tests/oracles/inception_reference.py fixtures), and damaged ones.</summary>
public class TorchFileTests
{
    [Theory]
    [InlineData("legacy.pth")]
    [InlineData("zip.pth")]
    public void ReadsTensorsWhateverTheirStridesAndTypes(string name)
    {
        Assert.True(TorchFile.IsOne(InceptionNumbers.Fixture(name)));
        IReadOnlyDictionary<string, StoredArray> tensors = TorchFile.Read(InceptionNumbers.Fixture(name)).Tensors;
        Assert.Equal(["contiguous", "strided.weight", "view", "transposed", "double", "half", "bfloat", "tracked", "parameter",
            "empty"],
            tensors.Keys);
        Check("contiguous", ElementType.F32, [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]);
        Check("strided.weight", ElementType.F32, [4, 3, 3, 1],
            [.. InceptionNumbers.Of("strided.weight", 36).Select(value => (double)value)]);
        Check("view", ElementType.F32, [3, 3], [5, 7, 9, 11, 13, 15, 17, 19, 21]);
        Check("transposed", ElementType.F32, [6, 4], [.. Enumerable.Range(0, 24).Select(i => (double)(i % 4 * 6 + i / 4))]);
        Check("double", ElementType.F64, [2], [1.5, -2.25]);
        Check("half", ElementType.F16, [2], [0.5, -3]);
        Check("bfloat", ElementType.BF16, [2], [0.5, -3]);
        Check("tracked", ElementType.I64, [], [7]);
        Check("parameter", ElementType.F32, [2], [3, 1]);
        Check("empty", ElementType.F32, [0, 3], []);

        void Check(string key, ElementType type, int[] shape, double[] values)
        {
            Assert.Equal(type, tensors[key].Type);
            Assert.Equal(shape, tensors[key].Shape);
            Assert.Equal(values, tensors[key].ToDoubles());
        }
    }

    [Theory]
    [InlineData("module.pth", "torch.nn.modules.linear.Linear")]
    [InlineData("calls.pth", "posixpath.join")]
    public void RefusesWhatWouldRunCode(string name, string culprit) =>
        Assert.Contains(culprit, Assert.Throws<InputException>(() => TorchFile.Read(InceptionNumbers.Fixture(name))).Message);

    [Theory]
    [InlineData("legacy.pth", 4000)]
    [InlineData("zip.pth", 1500)]
    public void SurvivesDamage(string name, int files)
    {
        byte[] file = File.ReadAllBytes(InceptionNumbers.Fixture(name));
        int good = Damage.Survive(file, files, bytes => TorchFile.Read(bytes, "test"));
        Assert.InRange(good, 1, files / 2 + files / 4);
    }

    [Fact]
    public void SaysWhatIsWrongWithClaimsThatTheFileDoesNotBearOut()
    {
        byte[] file = File.ReadAllBytes(InceptionNumbers.Fixture("legacy.pth"));
        // The last storage that has numbers is cut off.
        Assert.Contains("left", Message(file[..^3]));
        Assert.Contains("magic", Message([0x80, 2, (byte)'K', 1, (byte)'.']));
        Assert.Contains("ends at byte", Message([0x80, 2]));
        Assert.Contains("0x69", Message([0x80, 2, (byte)'i']));
        Assert.Contains("claims 4294967295 bytes", Message([0x80, 2, (byte)'X', 255, 255, 255, 255]));
        Assert.Contains("stack", Message([(byte)'.']));
        Assert.Contains("mark", Message([(byte)'t']));
        Assert.Contains("wrong operands", Message([(byte)'N', (byte)'N', (byte)'R']));

        // A tensor of a storage of 4 that claims a size of 5: found by its pickled sizes, (K 2 K 3 86) becomes (K 2 K 4).
        int sizes = file.AsSpan().IndexOf("K\u0002K\u0003"u8);
        file[sizes + 3] = 4;
        Assert.Contains("'contiguous' has more elements than its storage of 6", Message(file));
        file[sizes + 3] = 3;
        int strides = sizes + file.AsSpan(sizes).IndexOf("K\u0003K\u0001"u8);
        file[strides + 1] = 4;
        Assert.Contains("'contiguous' reaches beyond its storage of 6", Message(file));

        // Sizes that are no numbers, and more of them than a tensor can have.
        byte[] With(ReadOnlySpan<byte> tuple) => [.. file[..sizes], .. tuple, .. file[(sizes + 5)..]];
        file[strides + 1] = 3;
        Assert.Contains("no whole numbers", Message(With([(byte)'N', (byte)'N', 0x86])));
        Assert.Contains("9 sizes", Message(With(
            [.. "(K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001K\u0001t"u8])));
        // Every byte of these makes a list, which takes dozens.
        Assert.Contains("operations", Message([0x80, 2, .. Enumerable.Repeat((byte)']', 2_000_000)]));
        Assert.Contains("operations", Message([0x80, 2, (byte)']', .. Enumerable.Repeat("]a"u8.ToArray(), 1_000_000)
            .SelectMany(b => b)]));

        static string Message(byte[] bytes) => Assert.Throws<InputException>(() => TorchFile.Read(bytes, "test")).Message;
    }

    [Fact]
    public void AFlippedBitInAnArchiveIsNoticed()
    {
        byte[] file = File.ReadAllBytes(InceptionNumbers.Fixture("zip.pth"));
        int quarter = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0x80, 0x3e, 0, 0, 0, 0x3f]);
        file[quarter] ^= 1;
        Assert.Contains("check sum", Assert.Throws<InputException>(() => TorchFile.Read(file, "test")).Message);
    }

    [Fact]
    public void OtherFilesAreNotTakenForPyTorchs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a", Encoding.ASCII.GetBytes("{}"));
        Assert.False(TorchFile.IsOne(folder.File("a")));
        folder.Write("b", []);
        Assert.False(TorchFile.IsOne(folder.File("b")));
    }
}
