using System.Diagnostics.Metrics;

namespace Ingester.Paper.Telemetry;

/// <summary>The metrics of a run.</summary>
internal sealed class PaperMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Ingester.Paper";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> fills;
    private readonly Counter<long> refusals;
    private long predictions, hits, trades, profits;
    private double portfolio, risk;

    /// <summary>Creates the instruments.</summary>
    public PaperMetrics()
    {
        fills = meter.CreateCounter<long>("ingester.paper.fills", "{fill}", "Simulated fills, by evidence.");
        refusals = meter.CreateCounter<long>("ingester.paper.refusals", "{refusal}", "Refusals of the risk gate, by reason.");
        _ = meter.CreateObservableGauge("PredictionAccuracy", () => Share(hits, predictions), "1", "Share of predictions of a direction that the next bar confirmed.");
        _ = meter.CreateObservableGauge("TradeSuccessRate", () => Share(profits, trades), "1", "Share of sales with a profit after fees.");
        _ = meter.CreateObservableGauge("PortfolioValue", () => portfolio, "{quote}", "Cash and positions at the last prices, in quote units.");
        _ = meter.CreateObservableGauge("RiskScore", () => risk, "1", "The last risk score, from 0 to 1.");
    }

    /// <summary>Counts a prediction of a direction.</summary>
    public void Predicted(bool isRight) => (predictions, hits) = (predictions + 1, hits + (isRight ? 1 : 0));

    /// <summary>Counts a sale.</summary>
    public void Sold(bool isProfit) => (trades, profits) = (trades + 1, profits + (isProfit ? 1 : 0));

    /// <summary>Counts a fill.</summary>
    public void Filled(string evidence) => fills.Add(1, new KeyValuePair<string, object?>("evidence", evidence));

    /// <summary>Counts a refusal.</summary>
    public void Refused(string reason) => refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Sets the value of the portfolio, in quote units.</summary>
    public void SetPortfolio(decimal value) => portfolio = (double)value;

    /// <summary>Sets the risk score.</summary>
    public void SetRisk(decimal score) => risk = (double)score;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Share(long part, long all) => all == 0 ? [] : [new((double)part / all)];
}
