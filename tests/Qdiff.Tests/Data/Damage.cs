using Qdiff.Tensors;

/// <summary>Files with seeded mistakes: bytes changed, cut out, doubled, or the end missing.</summary>
static class Damage
{
    public static byte[] To(byte[] file, int number)
    {
        RandomStream random = new(7, "damage", number);
        List<byte> bytes = [.. file];
        for (int mistakes = random.Next(1, 6); mistakes > 0 && bytes.Count > 4; mistakes--)
        {
            // Often near the start or the end: there are the headers.
            int at = random.Next(3) switch
            {
                0 => random.Next(Math.Min(64, bytes.Count)),
                1 => bytes.Count - 1 - random.Next(Math.Min(120, bytes.Count)),
                _ => random.Next(bytes.Count),
            };
            int length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>
    /// Runs a reader over damaged files: each must give something or say what is wrong, with little memory. Returns how many it
    /// read.
    /// </summary>
    public static int Survive(byte[] file, int count, Action<byte[]> read)
    {
        int good = 0;
        for (int number = 0; number < count; number++)
        {
            byte[] damaged = To(file, number);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(damaged);
                good++;
            }
            catch (Qdiff.InputException e)
            {
                Assert.False(e.Message.Any(char.IsControl), e.Message);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
        }

        return good;
    }
}
