using Ingester.Testing.Stores;

namespace Ingester.Tests.Reading;

/// <summary>
/// Random stores of lossy replicas, damaged afterwards: merge, audit and book say what opening every object says. Long runs are a command:
/// <c>dotnet run -c Release --project tests/Ingester.Benchmarks -- stores 100000</c>.
/// </summary>
public sealed class GeneratedStoreTests
{
    private const int Stores = 500;
    private const int Batch = 20;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, Stores / Batch)];

    /// <summary>Seeds of stores that once found a mistake which few others find.</summary>
    public static TheoryData<int> Rare =>
    [
        77026, 77070, 77210, 77422, 77750, 77874, 78106, 78483, 78487, 80809, 80984, 81712, 81893, 82794, 82942, 100505, 101132,
        101776, 102486, 103448, 106408, 674, 1408, 4600, 55882, 77394, 56492, 76262, 200130, 201034, 201626, 202648, 327638, 502014, 3001854, 3003818, 3014852, 3022703, 3036412, 3043215, 3017995,
    ];

    [Theory]
    [MemberData(nameof(Rare))]
    public async Task Rare_stores_are_remembered(int seed)
    {
        var wrong = await StoreRun.FindAsync(seed);
        Assert.True(wrong is null, wrong);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Readers_agree_with_opening_every_object(int batch)
    {
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
        {
            var wrong = await StoreRun.FindAsync(seed);
            Assert.True(wrong is null, wrong); // the whole text, where Assert.Null would cut it
        }
    }
}
