using Qdiff.Cli;

return Tool.Run(args);
