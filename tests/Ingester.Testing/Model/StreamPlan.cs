using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One stream of a schedule.</summary>
/// <param name="Market">The number of its market.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="MeanGap">The mean time between events, microseconds.</param>
/// <param name="Disorder">Maximum by which the time of an event may be before that of an earlier one, microseconds.</param>
internal sealed record StreamPlan(int Market, Dataset Dataset, long MeanGap, long Disorder);
