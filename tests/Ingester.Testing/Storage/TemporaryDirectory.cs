namespace Ingester.Testing.Storage;

/// <summary>A directory of one test; disposal removes it with its content.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ingester-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
