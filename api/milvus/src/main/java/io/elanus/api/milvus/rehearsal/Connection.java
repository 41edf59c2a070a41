package io.elanus.api.milvus.rehearsal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client's end of one HTTP/2 connection (RFC 9113) that makes one gRPC call at a time. A real
 * client would have the compiler busy with its own half; this one is small, and codes its headers
 * as the C core of grpc does: indexed, with Huffman codes.
 */
final class Connection implements AutoCloseable {
  private static final int FRAME = 16_384;
  private static final int RECEIVE_WINDOW = 1 << 30;
  private static final int TIMEOUT_MILLIS = 20_000;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACKNOWLEDGE = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Http2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, false, 16, 0);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final String authority;
  private int stream = -1;
  private boolean ended;
  private int initialWindow = 65_535;
  private long connectionWindow = 65_535;
  private long streamWindow;

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    authority = "127.0.0.1:" + port;
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(6, SETTINGS, 0, 0);
    out.writeShort(INITIAL_WINDOW_SIZE);
    out.writeInt(RECEIVE_WINDOW);
    frame(4, WINDOW_UPDATE, 0, 0);
    out.writeInt(RECEIVE_WINDOW);
    out.flush();
  }

  /**
   * Makes a call and waits for its end.
   *
   * @param path {@code /service/method}
   * @return the answer's message
   */
  byte[] call(String path, byte[] message) throws IOException {
    stream += 2;
    streamWindow = initialWindow;
    ended = false;
    body.reset();
    sendHeaders(path);
    sendMessage(message);
    out.flush();
    while (!ended) {
      readFrame();
    }
    byte[] framed = body.toByteArray();
    if (framed.length < 5) {
      throw new IOException(path + " was answered without a message");
    }
    return Arrays.copyOfRange(framed, 5, framed.length);
  }

  private void sendHeaders(String path) throws IOException {
    Http2Headers headers =
        new DefaultHttp2Headers(false)
            .scheme("http")
            .method("POST")
            .authority(authority)
            .path(path)
            .set("te", "trailers")
            .set("content-type", "application/grpc")
            .set("user-agent", "grpc-python/1.0 grpc-c/1.0 (linux; chttp2)")
            .set("grpc-accept-encoding", "identity, deflate, gzip");
    ByteBuf block = Unpooled.buffer(256);
    try {
      encoder.encodeHeaders(stream, headers, block);
    } catch (Http2Exception impossible) {
      throw new IOException(impossible);
    }
    frame(block.readableBytes(), HEADERS, END_HEADERS, stream);
    out.write(ByteBufUtil.getBytes(block));
  }

  /** The message behind grpc's prefix: not compressed, length. */
  private void sendMessage(byte[] message) throws IOException {
    byte[] framed = new byte[5 + message.length];
    ByteBuffer.wrap(framed).put((byte) 0).putInt(message.length).put(message);
    for (int at = 0; at < framed.length; ) {
      int length = Math.min(FRAME, framed.length - at);
      while (!ended && Math.min(connectionWindow, streamWindow) < length) {
        out.flush();
        readFrame();
      }
      boolean last = at + length == framed.length;
      frame(length, DATA, last ? END_STREAM : 0, stream);
      out.write(framed, at, length);
      connectionWindow -= length;
      streamWindow -= length;
      at += length;
    }
  }

  private void frame(int length, int type, int flags, int id) throws IOException {
    out.writeByte(length >>> 16);
    out.writeShort(length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(id);
  }

  private void readFrame() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int id = in.readInt();
    byte[] payload = in.readNBytes(length);
    switch (type) {
      case DATA -> body.write(payload);
      case SETTINGS -> settings(flags, payload);
      case PING -> pong(flags, payload);
      case WINDOW_UPDATE -> widen(id, ByteBuffer.wrap(payload).getInt());
      case RESET, GO_AWAY -> throw new IOException("the server ended the rehearsal");
      default -> {} // headers are not looked at
    }
    ended |= (type == DATA || type == HEADERS) && id == stream && (flags & END_STREAM) != 0;
  }

  private void settings(int flags, byte[] payload) throws IOException {
    if ((flags & ACKNOWLEDGE) != 0) {
      return;
    }
    var settings = ByteBuffer.wrap(payload);
    while (settings.remaining() >= 6) {
      int setting = settings.getShort();
      int value = settings.getInt();
      if (setting == INITIAL_WINDOW_SIZE) {
        streamWindow += value - initialWindow;
        initialWindow = value;
      }
    }
    frame(0, SETTINGS, ACKNOWLEDGE, 0);
    out.flush();
  }

  private void pong(int flags, byte[] payload) throws IOException {
    if ((flags & ACKNOWLEDGE) == 0) {
      frame(payload.length, PING, ACKNOWLEDGE, 0);
      out.write(payload);
      out.flush();
    }
  }

  private void widen(int id, int bytes) {
    if (id == 0) {
      connectionWindow += bytes;
    } else if (id == stream) {
      streamWindow += bytes;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
