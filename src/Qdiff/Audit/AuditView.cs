namespace Qdiff;

/// <summary>What an audit looks at in one pass: a draw of weights and a tile of images, with timesteps and labels.</summary>
sealed record AuditView(int Draw, int Tile, int[] Timesteps, int[] Labels);
