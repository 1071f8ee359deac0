using Ingester.Dashboard.Hosting;

return await DashboardCommand.RunAsync(args);
