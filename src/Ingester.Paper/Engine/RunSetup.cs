using Ingester.Paper.Settings;

namespace Ingester.Paper.Engine;

/// <summary>What a run starts with.</summary>
/// <param name="Options">The settings.</param>
/// <param name="Markets">The markets with their history.</param>
/// <param name="StartMicros">The start, microseconds UTC: the start of a bar. The first decision is one bar later.</param>
/// <param name="EndMicros">The end, microseconds UTC; null for a live run.</param>
/// <param name="SettingsHash">The hash of the settings that decide anything, 64 hex digits.</param>
internal sealed record RunSetup(PaperOptions Options, IReadOnlyList<TradedMarket> Markets, long StartMicros, long? EndMicros, string SettingsHash);
