using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Ingester.Storage.Stores;

/// <summary>
/// Uploads a file as one object, if the key holds the expected object. A large file is uploaded in parts, so that a lost connection repeats one part
/// only; the condition is checked when the parts are combined.
/// </summary>
internal sealed class S3FileUpload(AmazonS3Client client, string bucket, string key)
{
    /// <summary>Size of a part, and largest size of an upload in one request. S3 accepts 10,000 parts: 640 GiB.</summary>
    private const long PartBytes = 64L << 20;

    /// <summary>Uploads the file; false if the key does not hold the object with the tag (null: if it holds any).</summary>
    public async Task<bool> RunAsync(string file, string? tag, CancellationToken cancellation)
    {
        try
        {
            var length = new FileInfo(file).Length;
            if (length <= PartBytes)
                await PutAsync(file, tag, cancellation);
            else
                await PutPartsAsync(file, length, tag, cancellation);
            return true;
        }
        catch (AmazonS3Exception refused) when (refused.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || (tag is not null && refused.StatusCode == HttpStatusCode.NotFound && refused.ErrorCode != "NoSuchBucket"))
        {
            return false; // 409: another write is in progress; 404: the object that was read is gone
        }
    }

    /// <summary>The content type of an object, by the extension of its key.</summary>
    public static string ContentType(string key) => Path.GetExtension(key) switch
    {
        ".gz" => "application/gzip",
        ".json" => "application/json",
        ".jsonl" => "application/jsonl",
        ".parquet" => "application/vnd.apache.parquet",
        _ => "application/octet-stream",
    };

    private async Task PutAsync(string file, string? tag, CancellationToken cancellation) => await client.PutObjectAsync(new()
    {
        BucketName = bucket,
        Key = key,
        FilePath = file,
        ContentType = ContentType(key),
        IfNoneMatch = tag is null ? "*" : null,
        IfMatch = tag,
        UseChunkEncoding = false,
    }, cancellation);

    private async Task PutPartsAsync(string file, long length, string? tag, CancellationToken cancellation)
    {
        var upload = (await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = ContentType(key) }, cancellation)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (var at = 0L; at < length; at += PartBytes)
                parts.Add(new(await client.UploadPartAsync(new()
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    FilePath = file,
                    FilePosition = at,
                    PartSize = Math.Min(PartBytes, length - at),
                    UseChunkEncoding = false,
                }, cancellation)));
            await client.CompleteMultipartUploadAsync(new()
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
                PartETags = parts,
                IfNoneMatch = tag is null ? "*" : null,
                IfMatch = tag,
            }, cancellation);
        }
        catch
        {
            await AbortAsync(upload);
            throw;
        }
    }

    /// <summary>Removes the parts of an upload that failed: the bucket would keep, and bill, them.</summary>
    private async Task AbortAsync(string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = upload }, CancellationToken.None);
        }
        catch (Exception error) when (S3Errors.IsStoreError(error, CancellationToken.None))
        {
            // The failure of the upload itself is reported; a lifecycle rule of the bucket removes parts that stay.
        }
    }
}
