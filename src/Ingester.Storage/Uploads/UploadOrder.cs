using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The order of uploads: journals before segments and snapshots, then by the time of acceptance.</summary>
internal sealed class UploadOrder : IComparer<Upload>
{
    /// <inheritdoc/>
    public int Compare(Upload? left, Upload? right)
    {
        var byKind = (right!.Kind == ObjectKind.Journal).CompareTo(left!.Kind == ObjectKind.Journal);
        return byKind != 0 ? byKind : left.AddedAt.CompareTo(right.AddedAt);
    }
}
