package differential;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A bare TCP connection that speaks in frames: nothing is checked on the way out, so that wrong frames can be sent. */
final class Connection implements AutoCloseable {
    /** Until a peer that says nothing counts as silent. Long, because a loaded machine must not make a difference. */
    static final int PATIENCE_MS = 20_000;
    /** No answer of the cases comes near it; a longer one is garbage. */
    private static final int ANSWER_BYTES_MAX = 256 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Connection(InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(address, PATIENCE_MS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends the bytes behind their length. A peer that has closed already is noticed when the answer is read. */
    void send(byte[] frame) {
        sendBare(ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
    }

    /** Sends the bytes as they are. */
    void sendBare(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException closed) {
            // the answer to come says so
        }
    }

    /** Says that nothing more will be sent. */
    void finishSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException closed) {
            // the answer to come says so
        }
    }

    /**
     * The next frame, or null if the connection was closed instead.
     *
     * @throws SocketTimeoutException if neither happens within its patience
     */
    byte[] receive(int patienceMs) throws SocketTimeoutException {
        try {
            socket.setSoTimeout(patienceMs);
            int length = in.readInt();
            if (length < 0 || length > ANSWER_BYTES_MAX) {
                throw new IllegalStateException("an answer of " + length + " bytes was announced");
            }
            byte[] frame = new byte[length];
            in.readFully(frame);
            return frame;
        } catch (SocketTimeoutException silence) {
            throw silence;
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // nothing is lost
        }
    }
}
