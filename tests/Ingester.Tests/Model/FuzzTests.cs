using Ingester.Exchanges;
using Ingester.Testing.Memory;
using Ingester.Testing.Model;

namespace Ingester.Tests.Model;

/// <summary>
/// Slices of every fixture and recording with things done to them. Long runs are a command:
/// <c>dotnet run -c Release --project tests/Ingester.Benchmarks -- fuzz binance 100000</c>.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const int First = 1;
    private const int Cases = 300; // per exchange

    public static TheoryData<string> Exchanges => [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];

    private readonly ChunkBalance chunks = new();

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Decodable_frames_among_mutated_ones_are_stored_and_whole_windows_are_complete(string exchange)
    {
        for (var seed = First; seed < First + Cases; seed++)
        {
            var wrong = FuzzRun.Check(exchange, seed);
            Assert.True(wrong is null, wrong); // the whole text, where Assert.Null would cut it
        }
    }

    public void Dispose() => chunks.Dispose();
}
