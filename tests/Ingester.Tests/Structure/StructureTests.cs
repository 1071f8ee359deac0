using System.Text.RegularExpressions;
using Ingester.Testing;

namespace Ingester.Tests.Structure;

/// <summary>The source tree: which project references which, folders without cycles, and where native code and exchange names may be.</summary>
public sealed partial class StructureTests
{
    private const int MaxFilesPerFolder = 25;

    /// <summary>A folder with one small file per exchange grows with the number of exchanges.</summary>
    private const string FilePerExchange = "Ingester.Simulator/Playing/Adapters";

    private static readonly Dictionary<string, string[]> References = new(StringComparer.Ordinal)
    {
        ["Ingester.Core"] = [],
        ["Ingester.WebSockets"] = [],
        ["Ingester.Exchanges"] = ["Ingester.Core"],
        ["Ingester.Storage"] = ["Ingester.Core"],
        ["Ingester.Recording"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.WebSockets"],
        ["Ingester.Reading"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.Storage"],
        ["Ingester.Publishing"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"],
        ["Ingester.Deriving"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"],
        ["Ingester.Postgres"] = ["Ingester.Core", "Ingester.Deriving", "Ingester.Storage"],
        ["Ingester.Client"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"],
        ["Ingester.Dashboard"] = ["Ingester.Core", "Ingester.Deriving", "Ingester.Exchanges", "Ingester.Publishing", "Ingester.Reading", "Ingester.Storage"],
        ["Ingester.Paper"] = ["Ingester.Core", "Ingester.Deriving", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"],
        ["Ingester.Simulator"] = ["Ingester.Core", "Ingester.Exchanges", "Ingester.WebSockets"],
        ["Ingester"] = ["Ingester.Core", "Ingester.Deriving", "Ingester.Exchanges", "Ingester.Postgres", "Ingester.Publishing", "Ingester.Reading", "Ingester.Recording", "Ingester.Simulator", "Ingester.Storage", "Ingester.WebSockets"],
    };

    /// <summary>The two programs have an entry point and exit codes each.</summary>
    private static readonly string[] SharedNames = ["Program", "ExitCodes"];

    private static readonly string[] NativeFolders = ["Ingester.Core/Memory", "Ingester.WebSockets/Sockets", "Ingester.Storage/Native"];

    public static TheoryData<string> Projects => [.. References.Keys];

    private static string Source => Path.Combine(Corpus.Repository, "src");

    [Fact]
    public void Every_project_has_a_row_of_allowed_references() =>
        Assert.Equal(References.Keys.Order(StringComparer.Ordinal), Directory.EnumerateDirectories(Source).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_has_exactly_the_documented_references(string project)
    {
        var text = File.ReadAllText(Path.Combine(Source, project, project + ".csproj"));
        Assert.Equal(References[project], ProjectReference().Matches(text).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_is_the_folder(string project) =>
        Assert.DoesNotContain(Files(project), file => file.Namespace is { } name && name != file.Folder.Replace('/', '.'));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folder_has_few_files(string project) =>
        Assert.DoesNotContain(Files(project).CountBy(file => file.Folder), folder => folder.Value > MaxFilesPerFolder && folder.Key != FilePerExchange);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_have_no_cycles(string project)
    {
        var files = Files(project).ToList();
        var declared = files.SelectMany(file => TypeDeclaration().Matches(file.Text).Select(match => (Type: match.Groups["name"].Value, file.Folder))).ToLookup(type => type.Type, type => type.Folder);
        var uses = files.SelectMany(file => Uses(file, declared)).Distinct().ToLookup(use => use.From, use => use.To);
        foreach (var folder in files.Select(file => file.Folder).Distinct())
            Assert.False(Reach(folder, uses).Contains(folder), $"{folder} depends on itself by way of {string.Join(", ", Reach(folder, uses).Where(other => Reach(other, uses).Contains(folder)))}");
    }

    [Fact]
    public void Native_calls_are_in_few_folders() =>
        Assert.DoesNotContain(References.Keys.SelectMany(Files), file => file.Text.Contains("[LibraryImport(", StringComparison.Ordinal) && !NativeFolders.Contains(file.Folder));

    [Fact]
    public void No_exchange_is_named_outside_its_project()
    {
        var named =
            from project in new[] { "Ingester.Core", "Ingester.WebSockets", "Ingester.Storage", "Ingester.Recording", "Ingester.Reading" }
            from file in Files(project)
            from line in file.Text.Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && ExchangeName().IsMatch(line)
            select $"{file.Path}: {line.Trim()}";
        Assert.Empty(named);
    }

    [Fact]
    public void Architecture_follows_a_frame_in_few_steps() =>
        Assert.InRange(ArchitectureSection("From the socket to the object").Count(line => line.Length > 0 && char.IsAsciiDigit(line[0])), 10, 15);

    [Theory]
    [InlineData("From the socket to the object")]
    [InlineData("Where decisions are made")]
    [InlineData("Threads")]
    public void Architecture_names_types_that_exist(string section)
    {
        var types = References.Keys.SelectMany(Files).SelectMany(Types).Append(nameof(System.Net.Security.SslStream)).ToHashSet(StringComparer.Ordinal);
        var named = ArchitectureSection(section).SelectMany(line => CodeName().Matches(line)).Select(match => match.Groups["name"].Value).ToList();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !types.Contains(name));
    }

    [Fact]
    public void Glossary_has_few_terms() => Assert.InRange(
        ArchitectureSection("Glossary").Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Sum(line => line.Split('|')[1].Split(',').Length), 20, 40);

    [Fact]
    public void No_two_types_have_the_same_name() =>
        Assert.DoesNotContain(References.Keys.SelectMany(Files).SelectMany(file => Types(file).Distinct(StringComparer.Ordinal).Select(type => (Type: type, file.Folder))).Distinct().CountBy(type => type.Type, StringComparer.Ordinal),
            type => type.Value > 1 && !SharedNames.Contains(type.Key));

    private static IEnumerable<string> ArchitectureSection(string title) => File.ReadLines(Path.Combine(Corpus.Repository, "docs", "architecture.md"))
        .SkipWhile(line => line != $"## {title}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    private static IEnumerable<string> Types(SourceFile file) => TypeDeclaration().Matches(file.Text).Select(match => match.Groups["name"].Value);

    private static IEnumerable<SourceFile> Files(string project) =>
        from path in Directory.EnumerateFiles(Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Source, path).Replace('\\', '/')
        where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal)
        let text = File.ReadAllText(path)
        select new SourceFile(relative, relative[..relative.LastIndexOf('/')], NamespaceLine().Match(text) is { Success: true } line ? line.Groups["name"].Value : null, text);

    /// <summary>The folders whose types a file uses: those of its using directives, and parent folders, whose types need none.</summary>
    private static IEnumerable<(string From, string To)> Uses(SourceFile file, ILookup<string, string> declared)
    {
        var project = file.Folder.Split('/')[0];
        foreach (Match use in UsingLine().Matches(file.Text))
            if (use.Groups["name"].Value is var name && (name == project || name.StartsWith(project + ".", StringComparison.Ordinal)) && Folder(project, name) is var folder && folder != file.Folder)
                yield return (file.Folder, folder);
        foreach (Match word in Identifier().Matches(file.Text))
            foreach (var folder in declared[word.Value])
                if (file.Folder.StartsWith(folder + "/", StringComparison.Ordinal))
                    yield return (file.Folder, folder);
    }

    private static string Folder(string project, string name) => project + name[project.Length..].Replace('.', '/');

    private static HashSet<string> Reach(string from, ILookup<string, string> uses)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out var folder))
            foreach (var next in uses[folder])
                if (reached.Add(next))
                    open.Push(next);
        return reached;
    }

    private sealed record SourceFile(string Path, string Folder, string? Namespace, string Text);

    [GeneratedRegex(@"ProjectReference Include=""\.\.\\(?<name>[\w.]+)\\")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^(?:public |internal |static |sealed |abstract |readonly |ref |partial |unsafe )*(?:class|struct|interface|enum|record struct|record) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+)`")]
    private static partial Regex CodeName();

    [GeneratedRegex("binance|coinbase|kraken", RegexOptions.IgnoreCase)]
    private static partial Regex ExchangeName();
}
