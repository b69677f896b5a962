using Qdiff.Cli;
using Qdiff.Papers;

return QdiffTool.Run(args, Papers.Catalog);
