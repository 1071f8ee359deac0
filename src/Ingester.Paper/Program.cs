using Ingester.Paper.Hosting;

return await PaperProgram.RunAsync(args);
