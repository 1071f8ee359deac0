using Ingester.Testing;

namespace Ingester.Tests.Model;

/// <summary>The mistakes of <c>tests/mutations.txt</c>, which <c>tests/mutate.sh</c> plants by its own command, fit the code as it is.</summary>
public sealed class MutationTests
{
    public static TheoryData<string> Mistakes => [.. Blocks().Select(block => block[0])];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mutation_matches_exactly_one_place_in_the_source(string name)
    {
        var block = Blocks().Single(block => block[0] == name);
        var wanted = string.Join('\n', block.Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..]));
        var text = File.ReadAllText(Path.Combine(Corpus.Repository, block[1]));
        Assert.NotEmpty(wanted);
        Assert.Equal(2, text.Split(wanted).Length);
        Assert.Contains(block, line => line.StartsWith("+ ", StringComparison.Ordinal));
    }

    private static IEnumerable<string[]> Blocks() =>
        ("\n" + File.ReadAllText(Path.Combine(Corpus.Repository, "tests", "mutations.txt"))).Split("\n== ").Skip(1).Select(block => block.Split('\n'));
}
