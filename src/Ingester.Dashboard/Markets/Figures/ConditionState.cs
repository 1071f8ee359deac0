using Ingester.Dashboard.Components;
using Ingester.Deriving.Rows;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>The state that stands for the condition of a derived row.</summary>
internal static class ConditionState
{
    /// <summary>The state: a proven row is complete or quiet, an unproven one is partial.</summary>
    public static DisplayState Of(DataCondition condition) => condition switch
    {
        DataCondition.Complete or DataCondition.BeyondHorizon => DisplayState.Complete,
        DataCondition.Quiet => DisplayState.Quiet,
        DataCondition.Disputed => DisplayState.Disputed,
        DataCondition.Missing => DisplayState.Missing,
        _ => DisplayState.Partial,
    };
}
