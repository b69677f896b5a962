using Qdiff.Cli;
using Qdiff.Papers;

return QdiffTool.Run(args, Papers.Catalog);

// Said, because ASP.NET Core's generator would otherwise show it to other programs.
partial class Program;
