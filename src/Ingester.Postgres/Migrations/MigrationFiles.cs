using System.Globalization;

namespace Ingester.Postgres.Migrations;

/// <summary>The migrations in the program. A released file is never edited: a change is a new file.</summary>
internal static class MigrationFiles
{
    private const string Extension = ".sql";

    /// <summary>All migrations in order; their versions count by one.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. Read().OrderBy(static migration => migration.Version)];

    private static IEnumerable<Migration> Read()
    {
        var assembly = typeof(MigrationFiles).Assembly;
        foreach (var file in assembly.GetManifestResourceNames().Where(static name => name.EndsWith(Extension, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(file)!);
            yield return new(int.Parse(file.AsSpan(0, file.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture), file[..^Extension.Length], text.ReadToEnd());
        }
    }
}
