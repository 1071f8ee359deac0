using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One stream of the model as a schedule describes it.</summary>
/// <param name="Market">The number of its market.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="MeanGap">The mean time between events, microseconds.</param>
/// <param name="Disorder">By how much times may step back, microseconds.</param>
internal sealed record StreamPlan(int Market, Dataset Dataset, long MeanGap, long Disorder);
