namespace Qdiff.Tensors;

/// <summary>
/// The numbers that networks are given for a timestep t: sin(t·f_j), then cos(t·f_j), with f_j = e^(−j·ln(10000)/(half − 1)) for
/// each j below half the dimension.
/// </summary>
static class Sinusoids
{
    /// <summary>f_j.</summary>
    public static double Frequency(int j, int half) => Math.Exp(-j * Math.Log(10000) / (half - 1));

    /// <summary>A row for each timestep below a count: [timesteps, dimension].</summary>
    public static float[] Table(int timesteps, int dimension)
    {
        int half = dimension / 2;
        var table = new float[timesteps * dimension];
        for (int j = 0; j < half; j++)
        {
            double frequency = Frequency(j, half);
            for (int t = 0; t < timesteps; t++)
            {
                (double sin, double cos) = Math.SinCos(t * frequency);
                table[t * dimension + j] = (float)sin;
                table[t * dimension + half + j] = (float)cos;
            }
        }

        return table;
    }
}
