using System.Text.RegularExpressions;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>The table of grades in docs/proof.md, and the table of exchanges in the README, say what the catalog declares.</summary>
public sealed partial class GradeTableTests
{
    private const string Head = "| exchange | dataset | grade |";

    [Fact]
    public void Every_dataset_of_every_exchange_is_listed_once_with_the_grade_that_its_sequence_and_checksum_allow()
    {
        var expected =
            from exchange in ExchangeCatalog.All
            from dataset in exchange.Profile.Datasets
            select $"{exchange.Profile.Name} {dataset.Dataset.Name()}: {Grades(exchange.Profile, dataset)}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), Listed().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Readme_lists_every_exchange_with_its_datasets()
    {
        var expected = ExchangeCatalog.All.Select(exchange => $"{exchange.Profile.Name}: {string.Join(", ", exchange.Profile.Datasets.Select(dataset => dataset.Dataset.Name()))}");
        var listed =
            from line in File.ReadLines(Path.Combine(Corpus.Repository, "README.md"))
                .SkipWhile(line => !line.StartsWith("| exchange | datasets |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
            let cells = line.Split('|')
            select $"{Names(cells[1]).Single()}: {string.Join(", ", Names(cells[2]))}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string Grades(ExchangeProfile exchange, DatasetProfile dataset) =>
        dataset.Sequence == SequenceKind.Contiguous ? $"{ProofGrade.Chain}"
        : dataset.Dataset == Dataset.Depth && exchange.Book.Checksum is not null ? $"{ProofGrade.Checksum(BookChecksum.Levels)}, {ProofGrade.Connection}"
        : $"{ProofGrade.Connection}";

    private static IEnumerable<string> Listed() =>
        from line in File.ReadLines(Path.Combine(Corpus.Repository, "docs", "proof.md"))
            .SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        let cells = line.Split('|')
        from exchange in Names(cells[1])
        from dataset in Names(cells[2])
        select $"{exchange} {dataset}: {string.Join(", ", Names(cells[3]))}";

    private static IEnumerable<string> Names(string cell) => Name().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
