using System.Globalization;
using System.Text.RegularExpressions;
using Ingester.Catalog;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>The table of grades in docs/proof.md, and the tables of exchanges in the README and in docs/exchanges, say what the catalog declares.</summary>
public sealed partial class GradeTableTests
{
    private const string Head = "| exchange | dataset | grade |";

    [Fact]
    public void Every_dataset_of_every_exchange_is_listed_once_with_the_grade_that_its_sequence_and_checksum_allow()
    {
        var expected =
            from exchange in ExchangeCatalog.All
            from dataset in exchange.Profile.Datasets
            select $"{exchange.Profile.Name} {dataset.Dataset.Name()}: {string.Join(", ", ExchangeSummary.GradesOf(exchange.Profile, dataset))}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), Listed().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Readme_lists_every_exchange_with_its_datasets_and_their_proof()
    {
        var listed =
            from cells in Rows("README.md", "| exchanges | datasets |")
            from exchange in Names(cells[1])
            select (Exchange: exchange, Datasets: string.Join(", ", Names(cells[2])), Proof: cells[3]);
        Assert.Equal(
            ExchangeCatalog.All.Select(exchange => $"{exchange.Profile.Name}: {string.Join(", ", exchange.Profile.Datasets.Select(dataset => dataset.Dataset.Name()))}").Order(StringComparer.Ordinal),
            listed.Select(row => $"{row.Exchange}: {row.Datasets}").Order(StringComparer.Ordinal));
        Assert.All(listed, row =>
        {
            var profile = ExchangeCatalog.Find(row.Exchange)!.Profile;
            Assert.All(profile.Datasets, dataset => Assert.StartsWith(Words(ExchangeSummary.GradesOf(profile, dataset)[0]), ProofOf(row.Proof, dataset.Dataset), StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Page_of_exchanges_says_sequences_source_of_snapshots_and_recordings()
    {
        var rows = Rows(Path.Combine("docs", "exchanges", "README.md"), "| Exchange | Trades |");
        Assert.Equal(ExchangeCatalog.All.Select(exchange => exchange.Profile.Name).Order(StringComparer.Ordinal), rows.Select(cells => Names(cells[1]).Single()).Order(StringComparer.Ordinal));
        Assert.All(rows, cells =>
        {
            var profile = ExchangeCatalog.Find(Names(cells[1]).Single())!.Profile;
            foreach (var (dataset, cell) in new[] { (Dataset.Trades, cells[2]), (Dataset.AggTrades, cells[3]), (Dataset.Depth, cells[4]) })
                Assert.StartsWith(Words(profile.Find(dataset)?.Sequence), cell.Trim(), StringComparison.Ordinal);
            Assert.StartsWith(profile.Book.SnapshotEndpoint is null ? "in band" : "REST only", cells[5].Trim(), StringComparison.Ordinal);
            Assert.Equal(
                string.Join(", ", profile.Datasets.Select(dataset => $"{dataset.Dataset.Name()} {DatasetProofs.Find(profile.Name, dataset.Dataset).Proven?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "unproven"}")),
                cells[7].Trim());
            Assert.Equal($"[{profile.Name}]({profile.Name}.md)", cells[8].Trim());
        });
    }

    /// <summary>How the README says a grade.</summary>
    private static string Words(ProofGrade grade) =>
        grade == ProofGrade.Chain ? "contiguous ids" : grade == ProofGrade.Connection ? "unbroken connection" : grade == ProofGrade.None ? "none" : "the exchange's checksum";

    /// <summary>How the page of exchanges says a kind of sequence.</summary>
    private static string Words(SequenceKind? sequence) => sequence switch
    {
        null => "–",
        SequenceKind.Contiguous => "contiguous",
        SequenceKind.Monotonic => "ids grow",
        _ => "no sequence",
    };

    /// <summary>The part of a cell that is about a dataset: <c>trades: …; depth: …</c>, or one text for all.</summary>
    private static string ProofOf(string cell, Dataset dataset)
    {
        var part = cell.Split(';').Select(text => text.Trim()).FirstOrDefault(text => text.StartsWith($"{dataset.Name()}: ", StringComparison.Ordinal));
        return part?[(dataset.Name().Length + 2)..] ?? cell.Trim();
    }

    private static List<string[]> Rows(string page, string head) =>
        [.. File.ReadLines(Path.Combine(Corpus.Repository, page)).SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|'))];

    private static IEnumerable<string> Listed() =>
        from cells in Rows(Path.Combine("docs", "proof.md"), Head)
        from exchange in Names(cells[1])
        from dataset in Names(cells[2])
        select $"{exchange} {dataset}: {string.Join(", ", Names(cells[3]))}";

    private static IEnumerable<string> Names(string cell) => Name().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
