using Ingester.Integration.Tests.Telemetry;
using Ingester.Paper.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Integration.Tests.Paper;

/// <summary>Metrics of paper trading in an emulator of CloudWatch.</summary>
public sealed class PaperMetricsTests(MotoServer moto)
{
    private static readonly (string Name, string Value) Instance = ("instance", "one");

    [Fact]
    public async Task CloudWatch_returns_the_values_of_the_last_bar()
    {
        MotoServer.SetCredentials();
        using var metrics = new PaperMetrics();
        metrics.Predicted(isRight: true);
        metrics.Predicted(isRight: false);
        metrics.Sold(isProfit: true);
        metrics.Filled("proven");
        metrics.Filled("uncertain");
        metrics.SetPortfolio(100_008.5m);
        metrics.SetRisk(0.25m);
        await using (var sender = new CloudWatchSender(new() { Namespace = "Paper", Instance = "one", Region = "us-east-1", ServiceUrl = moto.Url }, TimeProvider.System, NullLogger.Instance))
            sender.Add(metrics.TakeValues());
        Assert.Equal("0.5", await AskAsync("PredictionAccuracy", "Average"));
        Assert.Equal("1", await AskAsync("TradeSuccessRate", "Average"));
        Assert.Equal("100008.5", await AskAsync("PortfolioValue", "Average"));
        Assert.Equal("0.25", await AskAsync("RiskScore", "Maximum"));
        Assert.Equal("2", await AskAsync("ingester.paper.fills", "Sum"));
        Assert.Equal("0", await AskAsync("ingester.paper.refusals", "Sum"));
    }

    [Fact]
    public async Task Service_that_is_not_there_does_not_stop_a_run()
    {
        MotoServer.SetCredentials();
        await using var sender = new CloudWatchSender(new() { Namespace = "Paper", Region = "us-east-1", ServiceUrl = new("http://127.0.0.1:1") }, TimeProvider.System, NullLogger.Instance);
        sender.Add([new("PortfolioValue", "None", 1)]);
    }

    private Task<string?> AskAsync(string name, string statistic) => EmulatedMetrics.AskAsync(moto, "Paper", name, statistic, Instance);
}
