using Ingester.Testing;

namespace Ingester.Tests.Program.Importing;

/// <summary>A replica that starts and stops anywhere in a real recording agrees with one that saw all of it on every whole segment.</summary>
public sealed class ImportDeterminismTests
{
    private const int Starts = 4; // random starts per recording
    private const int ManyWindows = 80;

    [Fact]
    public async Task Replicas_that_start_at_random_frames_write_the_same_whole_segments()
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var random = new Random(20261120);
        var compared = 0;
        foreach (var exchange in ImportRig.Exchanges)
            foreach (var files in Runs(exchange))
                compared += await CompareAsync(exchange, files, random);
        Assert.True(compared >= ManyWindows, $"only {compared} windows were whole in both replicas");
    }

    private static async Task<int> CompareAsync(string exchange, IReadOnlyList<string> files, Random random)
    {
        using var rig = new ImportRig();
        var whole = await rig.ImportAsync(exchange, files);
        var first = rig.Objects();
        var compared = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start < Starts; start++)
        {
            var replica = $"b{start}";
            await rig.ImportAsync(exchange, files, replica, new(1 + random.NextInt64(whole.Frames * (start + 1) / (2 * Starts)), whole.Frames - random.NextInt64(whole.Frames / 10)));
            foreach (var (name, key, rows) in rig.Segments(replica))
            {
                if (name.IsWhole && first.TryGetValue(key, out var same))
                {
                    Assert.Equal(same, rows);
                    compared.Add(key);
                }

                if (!name.IsWhole)
                    Assert.StartsWith("fragments/", key, StringComparison.Ordinal);
                else
                    Assert.Contains(key, first.Keys);
            }
        }

        return compared.Count;
    }

    /// <summary>Recordings that continue each other belong together; the others stand alone.</summary>
    private static IEnumerable<IReadOnlyList<string>> Runs(string exchange)
    {
        var recordings = Corpus.Recordings(exchange);
        for (var i = 0; i < recordings.Count; i++)
        {
            var continues = i + 1 < recordings.Count && recordings[i + 1].Name.Contains("T000000Z-hb-", StringComparison.Ordinal);
            yield return continues ? [recordings[i].Path, recordings[++i].Path] : [recordings[i].Path];
        }
    }
}
