using Qdiff;
using Qdiff.Cli;

return QdiffTool.Run(args, Catalog.Default);
