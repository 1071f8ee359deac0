namespace Ingester.Paper.Telemetry;

/// <summary>One value for CloudWatch.</summary>
/// <param name="Name">The name, which is that of the instrument.</param>
/// <param name="Unit">CloudWatch's name of the unit.</param>
/// <param name="Value">The value.</param>
internal sealed record MetricValue(string Name, string Unit, double Value);
