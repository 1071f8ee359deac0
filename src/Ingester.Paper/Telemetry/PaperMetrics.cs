using System.Diagnostics.Metrics;

namespace Ingester.Paper.Telemetry;

/// <summary>The metrics of a run.</summary>
internal sealed class PaperMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Ingester.Paper";

    private const string Ratio = "None"; // of CloudWatch
    private const string Count = "Count";
    private const string FillsName = "ingester.paper.fills";
    private const string RefusalsName = "ingester.paper.refusals";
    private const string AccuracyName = "PredictionAccuracy";
    private const string SuccessName = "TradeSuccessRate";
    private const string PortfolioName = "PortfolioValue";
    private const string RiskName = "RiskScore";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> fills;
    private readonly Counter<long> refusals;
    private long predictions, hits, trades, profits, newFills, newRefusals;
    private double? portfolio, risk;

    /// <summary>Creates the instruments.</summary>
    public PaperMetrics()
    {
        fills = meter.CreateCounter<long>(FillsName, "{fill}", "Simulated fills, by evidence.");
        refusals = meter.CreateCounter<long>(RefusalsName, "{refusal}", "Refusals of the risk gate, by reason.");
        _ = meter.CreateObservableGauge(AccuracyName, () => Observe(Accuracy), "1", "Share of predictions of a direction that the next bar confirmed.");
        _ = meter.CreateObservableGauge(SuccessName, () => Observe(SuccessRate), "1", "Share of sales with a profit after fees.");
        _ = meter.CreateObservableGauge(PortfolioName, () => Observe(portfolio), "{quote}", "Cash and positions at the last prices, in quote units.");
        _ = meter.CreateObservableGauge(RiskName, () => Observe(risk), "1", "The last risk score, from 0 to 1.");
    }

    private double? Accuracy => predictions == 0 ? null : (double)hits / predictions;

    private double? SuccessRate => trades == 0 ? null : (double)profits / trades;

    /// <summary>Counts a prediction of a direction.</summary>
    public void Predicted(bool isRight) => (predictions, hits) = (predictions + 1, hits + (isRight ? 1 : 0));

    /// <summary>Counts a sale.</summary>
    public void Sold(bool isProfit) => (trades, profits) = (trades + 1, profits + (isProfit ? 1 : 0));

    /// <summary>Counts a fill.</summary>
    public void Filled(string evidence)
    {
        newFills++;
        fills.Add(1, new KeyValuePair<string, object?>("evidence", evidence));
    }

    /// <summary>Counts a refusal.</summary>
    public void Refused(string reason)
    {
        newRefusals++;
        refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    /// <summary>Sets the value of the portfolio, in quote units.</summary>
    public void SetPortfolio(decimal value) => portfolio = (double)value;

    /// <summary>Sets the risk score.</summary>
    public void SetRisk(decimal score) => risk = (double)score;

    /// <summary>The values for CloudWatch: those that are known, and how many fills and refusals there were since the last call.</summary>
    public IReadOnlyList<MetricValue> TakeValues()
    {
        (string Name, string Unit, double? Value)[] all =
        [
            (AccuracyName, Ratio, Accuracy), (SuccessName, Ratio, SuccessRate), (PortfolioName, Ratio, portfolio), (RiskName, Ratio, risk),
            (FillsName, Count, newFills), (RefusalsName, Count, newRefusals),
        ];
        (newFills, newRefusals) = (0, 0);
        return [.. all.Where(static one => one.Value is not null).Select(static one => new MetricValue(one.Name, one.Unit, one.Value!.Value))];
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Observe(double? value) => value is { } known ? [new(known)] : [];
}
