namespace Ingester.Client;

/// <summary>A stored trade.</summary>
internal sealed record TradeJson(string Id, long Ts, string Side, string Price, string Size, string? Type = null, string? Time = null);
