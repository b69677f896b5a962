Console.WriteLine("qdiff");
