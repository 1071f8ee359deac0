using CsCheck;

namespace Ingester.Tests.Paper.Execution;

/// <summary>One step of a generated market: an update, a trade, a defect, or something that a strategy does. Small numbers, so that much happens at the same prices.</summary>
/// <param name="Kind">Number of the kind, 0 to 99.</param>
/// <param name="Wait">Microseconds since the step before.</param>
/// <param name="Price">A price near the middle of the market, 95 to 105.</param>
/// <param name="Size">A size.</param>
/// <param name="Choice">Whatever else has to be decided, 0 to 999.</param>
internal readonly record struct Step(int Kind, int Wait, int Price, int Size, int Choice)
{
    public static Gen<Step[]> Many { get; } = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 9], Gen.Int[95, 105], Gen.Int[1, 9], Gen.Int[0, 999]).Select(static (kind, wait, price, size, choice) => new Step(kind, wait, price, size, choice)).Array[10, 120];
}
